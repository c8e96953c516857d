package resolve

import (
	"math/big"
	"net/netip"
	"slices"
	"strconv"

	"maru/local/internal/template/internal/syntax"
)

// zones gives the availability zones of a region. Which of them an account has
// only AWS knows; each region has three at least.
func (e evaluation) zones(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	region, err := e.text(arg, "Fn::GetAZs")
	if err != nil {
		return nil, err
	}
	if region == "" {
		region = e.settings.Region
	}
	e.approximated(pos, "the zones a, b and c stand for those that the account has in "+region)
	return unknown(syntax.List(pos, []string{region + "a", region + "b", region + "c"})), nil
}

// maxBlocks is how many blocks Fn::Cidr makes at most:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html.
const maxBlocks = 256

// cidr divides an address block into blocks that have a number of bits for
// their own addresses each.
func (e evaluation) cidr(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	args, err := arguments(arg, "Fn::Cidr", "an address block, a count and a number of bits", 3, 3)
	if err != nil {
		return nil, err
	}
	var values []*syntax.Node
	for _, a := range args {
		v, err := e.scalar(a, "Fn::Cidr")
		if err != nil {
			return nil, err
		}
		values = append(values, v.At(a.Pos))
	}
	block := values[0]
	if unknownIf(block, values...).StandIn {
		e.approximated(pos, "Fn::Cidr: its arguments are not all known here; "+block.Value+" stands for each of the blocks")
		count, _ := strconv.Atoi(values[1].Value)
		return unknown(syntax.List(pos, slices.Repeat([]string{block.Value}, min(max(1, count), maxBlocks)))), nil
	}
	prefix, err := netip.ParsePrefix(block.Value)
	if err != nil {
		return nil, syntax.Errorf(block.Pos, "Fn::Cidr: %q is not an address block such as 10.0.0.0/16", block.Value)
	}
	count, err := figure(values[1], maxBlocks)
	if err != nil {
		return nil, err
	}
	bits, err := figure(values[2], prefix.Addr().BitLen())
	if err != nil {
		return nil, err
	}
	blocks := divide(prefix, count, bits)
	if blocks == nil {
		return nil, syntax.Errorf(pos, "Fn::Cidr: %s has no room for %d blocks of %d bits", block.Value, count, bits)
	}
	return syntax.List(pos, blocks), nil
}

// figure gives n as a whole number from 1 to most.
func figure(n *syntax.Node, most int) (int, error) {
	figure, err := strconv.Atoi(n.Value)
	if err != nil || figure < 1 || figure > most {
		return 0, syntax.Errorf(n.Pos, "Fn::Cidr takes a number from 1 to %d here, but got %q", most, n.Value)
	}
	return figure, nil
}

// divide gives the first count blocks of 2^bits addresses in prefix, nil where
// it has not so many.
func divide(prefix netip.Prefix, count, bits int) []string {
	length := prefix.Addr().BitLen() - bits
	room := length - prefix.Bits() // the blocks are 2^room
	if room < 0 || room < 31 && count > 1<<room {
		return nil
	}
	step := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	next := new(big.Int).SetBytes(prefix.Masked().Addr().AsSlice())
	blocks := make([]string, count)
	for i := range blocks {
		addr, _ := netip.AddrFromSlice(next.FillBytes(make([]byte, prefix.Addr().BitLen()/8)))
		blocks[i] = netip.PrefixFrom(addr, length).String()
		next.Add(next, step)
	}
	return blocks
}
