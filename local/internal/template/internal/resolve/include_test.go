package resolve

import "testing"

func TestInclude(t *testing.T) {
	files := map[string]string{
		"t.yaml": "Parameters: {P: {Type: String, Default: s}}\n" +
			"Resources: {F: {Type: T}, Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}}\nMetadata:\n" +
			"  Value: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Sub '${P}.json'}}}\n" +
			"  Beside: {Own: 1, Fn::Transform: {Name: AWS::Include, Parameters: {Location: s.json}}}\n" +
			"  Again: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: again.yaml}}}\n" +
			"  Missing: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: no.yaml}}}\n",
		"s.json":     `{"Own": 2, "A": {"Ref": "P"}}`,
		"more.yaml":  "G: {Type: T}\n",
		"again.yaml": "Fn::Transform: {Name: AWS::Include, Parameters: {Location: again.yaml}}\n",
	}
	s, err := readTree(t, files, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a := s.Approximations(); len(a) > 0 {
		t.Errorf("got the approximations %v, want none", a)
	}
	if s.Resource("G") == nil {
		t.Error("got no resource G, want the one of more.yaml")
	}
	for _, test := range []struct{ key, want string }{
		{"Value", `{"Own":2,"A":"s"}`},
		{"Beside", `{"Own":1,"A":"s"}`},
		{"Missing", "t.yaml:7:72: reading the file to include: open no.yaml: file does not exist"},
		{"Again", "again.yaml:1:60: files are included more than 1000 times"},
	} {
		got := ""
		if v, err := s.Resolve(s.Template().Get("Metadata").Get(test.key), silent); err != nil {
			got = err.Error()
		} else {
			got = shown(t, s, v)
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.key, got, test.want)
		}
	}
}

// A template that is only what it includes, and macros that are not run.
func TestIncludeSections(t *testing.T) {
	s, err := readTree(t, map[string]string{
		"t.yaml": "Fn::Transform: {Name: AWS::Include, Parameters: {Location: all.yaml}}\n",
		"all.yaml": "Conditions: {Fn::Transform: {Name: Mine}, C: !Equals [a, a]}\n" +
			"Resources: {F: {Type: T, Fn::Transform: {Name: AWS::Include, Parameters: {Location: f.yaml}}}}\n",
		"f.yaml": "Condition: C\n",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Resource("F").Node.Get("Condition"); got == nil {
		t.Error("F: got no Condition, want that of f.yaml")
	}
	if present, err := s.Present(s.Resource("F")); !present || err != nil {
		t.Errorf("F: got %t, %v, want it", present, err)
	}
	got := s.Approximations()
	if len(got) != 1 || got[0].Pos.String() != "all.yaml:1:29" {
		t.Errorf("got the approximations %v, want one of the macro Mine", got)
	}
	_, err = readTree(t, map[string]string{"t.yaml": "Fn::Transform: {Name: AWS::Include, Parameters: {Location: no.yaml}}\n"}, nil)
	if err == nil {
		t.Error("a missing file: got no error, want one")
	}
}
