package result

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"

	"maru/local/internal/gateway/internal/rawjson"
)

// MaxHeaders is how many header fields a function may give. AWS limits their
// bytes, and far lower; this limit only keeps one function from using the
// processor for long.
const MaxHeaders = 1000

// Format tells which names a payload format has beside those that all have, and
// which values.
type Format struct {
	// Multi is multiValueHeaders, Cookies is cookies.
	Multi, Cookies bool
	// Numbers lets values of header fields be numbers.
	Numbers bool
	// Words lets isBase64Encoded be "true" or "false" in quotes.
	Words bool
	// Base64Encoded is a second name for isBase64Encoded, which counts before it.
	Base64Encoded bool
	// JSONBody lets body be any JSON, which is then sent without its spaces.
	JSONBody bool
}

// reader reads a result.
type reader struct {
	rawjson.Scanner
	Result
	format Format
	flag   flag // isBase64Encoded
	named  flag // base64Encoded
}

// flag is a boolean; the zero value is none, or null.
type flag int8

const (
	no flag = iota + 1
	yes
)

// Read reads a payload. It fails if that is not JSON; whether what it says will do
// is for the kind of API to judge.
func Read(payload []byte, format Format) (Result, error) {
	r := reader{Scanner: rawjson.NewScanner(payload), format: format}
	if err := r.read(); err != nil {
		return Result{}, err
	}
	r.IsBase64 = cmp.Or(r.named, r.flag) == yes
	return r.Result, r.End()
}

func (r *reader) read() error {
	if r.Peek() != '{' {
		_, err := r.Value()
		return err
	}
	r.Object = true
	return r.Members(r.member)
}

// member reads one value of the result. Where a name comes twice, the last one
// counts, as in most JSON readers.
func (r *reader) member(name []byte) error {
	switch key := string(name); {
	case key == "statusCode":
		return r.readStatus()
	case key == "headers":
		r.Headers = r.Headers[:0]
		return r.fields(&r.Headers, r.single)
	case key == "multiValueHeaders" && r.format.Multi:
		r.multi = r.multi[:0]
		return r.fields(&r.multi, r.several)
	case key == "cookies" && r.format.Cookies:
		return r.readCookies()
	case key == "body":
		return r.readBody()
	case key == "isBase64Encoded":
		return r.readFlag(&r.flag, key)
	case key == "base64Encoded" && r.format.Base64Encoded:
		return r.readFlag(&r.named, key)
	case key == "errorMessage":
		r.ErrorMessage = true
		fallthrough
	default:
		r.Unknown = key
		_, err := r.Value()
		return err
	}
}

// readStatus takes a number or a numeric string (recorded:
// invoke-api-status-code-str); null is as if it were not there.
func (r *reader) readStatus() error {
	quoted := r.Peek() == '"'
	text, err := r.Value()
	if err != nil || string(text) == "null" {
		return err
	}
	if quoted {
		text = text[1 : len(text)-1]
	}
	r.HasStatus = true
	if r.Status, err = strconv.Atoi(string(text)); err != nil {
		r.complain("statusCode is no number")
	}
	return nil
}

// readBody takes a string, or any JSON where that will do; null is as if it were not
// there.
func (r *reader) readBody() (err error) {
	switch {
	case r.Peek() == '"':
		r.Body, err = r.Text()
		return err
	case !r.format.JSONBody:
		return r.nullOr("body is no string")
	}
	text, err := r.Value()
	if string(text) != "null" {
		r.Body = rawjson.Compact(text)
	}
	return err
}

// readFlag takes a boolean, or one in quotes where that will do; null is as if it were
// not there.
func (r *reader) readFlag(f *flag, name string) error {
	text, err := r.Value()
	switch word := string(text); {
	case word == "null":
		*f = 0
	case word == "true", r.format.Words && (word == `"true"` || word == `"True"`):
		*f = yes
	case word == "false", r.format.Words && (word == `"false"` || word == `"False"`):
		*f = no
	default:
		r.complain(name + " is no boolean")
	}
	return err
}

func (r *reader) readCookies() error {
	if r.Peek() != '[' {
		return r.nullOr("cookies is no array")
	}
	return r.Elements(func() error {
		cookie, ok, err := r.scalar()
		if !ok {
			r.complain("a cookie is no string")
		}
		r.cookies = append(r.cookies, cookie)
		return err
	})
}

// fields reads an object of header fields into a list.
func (r *reader) fields(list *[]Field, value func(*[]Field, string) error) error {
	if r.Peek() != '{' {
		return r.nullOr("headers are no object")
	}
	return r.Members(func(name []byte) error {
		if len(*list) >= MaxHeaders {
			return errors.New("too many headers")
		}
		return value(list, string(name))
	})
}

// single reads the value of a name that has one; a later one takes its place.
func (r *reader) single(list *[]Field, name string) error {
	value, ok, err := r.scalar()
	if !ok {
		r.complain(fmt.Sprintf("header %q is neither string nor boolean", name))
		return err
	}
	for i := range *list {
		if (*list)[i].Name == name {
			(*list)[i].Value = value
			return err
		}
	}
	*list = append(*list, Field{name, value})
	return err
}

// several reads the values of a name that has an array of them.
func (r *reader) several(list *[]Field, name string) error {
	if r.Peek() != '[' {
		return r.nullOr(fmt.Sprintf("multiValueHeaders %q is no array", name))
	}
	return r.Elements(func() error {
		value, ok, err := r.scalar()
		if !ok {
			r.complain(fmt.Sprintf("multiValueHeaders %q is neither string nor boolean", name))
		}
		if len(*list) >= MaxHeaders {
			return errors.New("too many headers")
		}
		*list = append(*list, Field{name, value})
		return err
	})
}

// scalar reads a value that can be that of a header field: a string, a
// boolean (recorded: "header-bool") or a number.
func (r *reader) scalar() (value string, ok bool, err error) {
	c := r.Peek()
	if c == '"' {
		text, err := r.Text()
		return string(text), true, err
	}
	text, err := r.Value()
	number := c == '-' || '0' <= c && c <= '9'
	return string(text), c == 't' || c == 'f' || number && r.format.Numbers, err
}

// nullOr reads a value that should have been of another type, or null.
func (r *reader) nullOr(complaint string) error {
	text, err := r.Value()
	if string(text) != "null" {
		r.complain(complaint)
	}
	return err
}

func (r *reader) complain(text string) {
	if r.Wrong == nil {
		r.Wrong = errors.New(text)
	}
}
