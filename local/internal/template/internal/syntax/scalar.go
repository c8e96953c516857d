package syntax

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// CloudFormation reads YAML 1.1, and then works with JSON, in which a plain scalar of
// another type than text has one spelling: yes is true, 010 is 8, 1.50 is 1.5. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html.
//
// The types are those of https://yaml.org/type/bool.html, int.html and float.html as
// CloudFormation's parser takes them, SnakeYAML up to its version 1.30:
// https://bitbucket.org/snakeyaml/snakeyaml/src/snakeyaml-1.30/src/main/java/org/yaml/snakeyaml/resolver/Resolver.java.
// It differs from them in that the single letters y and n are text. Dates are text, for
// that is what the templates' 2010-09-09 has to be. Digits that begin with 0 and are no
// octal number are text as well, as YAML 1.1 has it: an account number like 012345678901.
// Of these, SnakeYAML makes a float, and somebody has seen CloudFormation do so
// (1.2345678901E10, https://www.skyarch.net/blog/?p=20495); others report that the
// number stays.

// maxNumber is the length of the longest number that is read as one, decimal ones apart.
const maxNumber = 1000

// spelled has the styles of scalars that are not plain.
const spelled = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle

// types read what YAML 1.1 takes for values of a type, in the order in which a plain
// scalar is tried.
var types = []struct {
	tag string
	// read gives the one spelling of a value; ok is false for what is none of the type.
	read func(string) (text string, ok bool)
}{
	{"!!bool", boolean},
	{"!!int", integer},
	{"!!float", float},
}

// scalar gives the text of a scalar as JSON spells it, and whether it is a number or a
// boolean. What is quoted is text, and so is a block; an explicit tag holds.
func scalar(y *yaml.Node) (text string, typed bool) {
	plain := y.Style&spelled == 0
	for _, t := range types {
		if !plain && (y.Style&yaml.TaggedStyle == 0 || y.Tag != t.tag) {
			continue
		}
		if text, ok := t.read(y.Value); ok {
			return text, true
		}
	}
	return y.Value, false
}

var booleans = map[string]string{}

func init() {
	for value, words := range map[string]string{
		"true":  "yes Yes YES true True TRUE on On ON",
		"false": "no No NO false False FALSE off Off OFF",
	} {
		for word := range strings.FieldsSeq(words) {
			booleans[word] = value
		}
	}
}

func boolean(s string) (string, bool) {
	text, ok := booleans[s]
	return text, ok
}

var (
	decimal          = regexp.MustCompile(`^[-+]?(?:0|[1-9][0-9_]*)$`)
	sexagesimal      = regexp.MustCompile(`^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$`)
	decimalFloat     = regexp.MustCompile(`^[-+]?(?:(?:\.[0-9]+|[0-9][0-9_]*\.[0-9_]*)(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+)$`)
	sexagesimalFloat = regexp.MustCompile(`^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$`)
	infinity         = regexp.MustCompile(`^[-+]?\.(?:inf|Inf|INF)$`)
	notNumber        = regexp.MustCompile(`^\.(?:nan|NaN|NAN)$`)
	otherBases       = []struct {
		form   *regexp.Regexp
		prefix string
		base   int
	}{
		{regexp.MustCompile(`^[-+]?0b[01_]+$`), "0b", 2},
		{regexp.MustCompile(`^[-+]?0[0-7_]+$`), "", 8},
		{regexp.MustCompile(`^[-+]?0x[0-9a-fA-F_]+$`), "0x", 16},
	}
)

// integer reads a whole number of any size.
func integer(s string) (string, bool) {
	sign, digits := signed(s)
	switch {
	case decimal.MatchString(s):
		if digits == "0" {
			sign = ""
		}
		return sign + digits, true
	case len(s) > maxNumber:
		return "", false
	case sexagesimal.MatchString(s):
		n := new(big.Int)
		for part := range strings.SplitSeq(digits, ":") {
			digit, _ := new(big.Int).SetString(part, 10)
			n.Add(n.Mul(n, big.NewInt(60)), digit)
		}
		return sign + n.String(), true
	}
	for _, o := range otherBases {
		if !o.form.MatchString(s) {
			continue
		}
		n, ok := new(big.Int).SetString(strings.TrimPrefix(digits, o.prefix), o.base)
		if !ok {
			return "", false
		}
		if n.Sign() == 0 {
			sign = ""
		}
		return sign + n.String(), true
	}
	return "", false
}

// float reads a number with a point or an exponent.
func float(s string) (string, bool) {
	sign, digits := signed(s)
	var f float64
	switch {
	case infinity.MatchString(s):
		f = math.Inf(1)
	case notNumber.MatchString(s):
		f = math.NaN()
	case len(s) > maxNumber:
		return "", false
	case decimalFloat.MatchString(s):
		f, _ = strconv.ParseFloat(digits, 64) // beyond its range it is infinite
	case sexagesimalFloat.MatchString(s):
		for part := range strings.SplitSeq(digits, ":") {
			digit, _ := strconv.ParseFloat(part, 64)
			f = f*60 + digit
		}
	default:
		return "", false
	}
	return sign + double(f), true
}

// signed takes a number's sign, "-" or "", and its underscores away.
func signed(s string) (sign, digits string) {
	digits = strings.ReplaceAll(s, "_", "")
	if strings.HasPrefix(digits, "-") {
		sign = "-"
	}
	return sign, strings.TrimLeft(digits, "-+")
}

// double spells a number that is not negative as Java does, in whose JSON it then
// stands: https://docs.oracle.com/javase/8/docs/api/java/lang/Double.html#toString-double-.
func double(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsNaN(f):
		return "NaN"
	case f == 0 || f >= 1e-3 && f < 1e7:
		return pointed(strconv.FormatFloat(f, 'f', -1, 64))
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	power, _ := strconv.Atoi(exponent)
	return pointed(mantissa) + "E" + strconv.Itoa(power)
}

// pointed gives digits with a point in them.
func pointed(digits string) string {
	if strings.Contains(digits, ".") {
		return digits
	}
	return digits + ".0"
}
