package resolve

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// S3Object is an object in S3 that a template names, such as a function's code.
type S3Object struct {
	// Bucket and Key are empty where only AWS could tell them.
	Bucket, Key string
}

// String gives the object's S3 URI.
func (o S3Object) String() string { return "s3://" + o.Bucket + "/" + o.Key }

// s3URL is the address of an object in either of its styles:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html.
var s3URL = regexp.MustCompile(`^https://(?:([^/]+)\.)?s3(?:[.-][a-z0-9.-]+)?\.amazonaws\.com(?:\.cn)?/(.+)$`)

// S3Object gives the object that a property's value names, in any of the ways that
// there are: {S3Bucket, S3Key}, {Bucket, Key}, an S3 URI, a URL. Every mapping
// counts as one. ok is false for other values, such as a path.
func (s *Scope) S3Object(v *syntax.Node) (o S3Object, ok bool) {
	if v.Kind == syntax.Mapping {
		return S3Object{
			Bucket: s.told(cmp.Or(v.Get("S3Bucket"), v.Get("Bucket"))), Key: s.told(cmp.Or(v.Get("S3Key"), v.Get("Key"))),
		}, true
	}
	location, _, _ := strings.Cut(v.Value, "?versionId=")
	if uri, isURI := strings.CutPrefix(location, "s3://"); isURI {
		o.Bucket, o.Key, _ = strings.Cut(uri, "/")
		return o, true
	}
	found := s3URL.FindStringSubmatch(location)
	if found == nil {
		return S3Object{}, false
	}
	if o.Bucket, o.Key = found[1], found[2]; o.Bucket == "" {
		o.Bucket, o.Key, _ = strings.Cut(o.Key, "/")
	}
	return o, true
}

// told evaluates a part of an object's name. It is empty for a stand-in and after an
// error: an object that cannot be told is not at hand, which is no error.
func (s *Scope) told(n *syntax.Node) string {
	if n == nil {
		return ""
	}
	known := true
	v, err := s.Resolve(n, func(syntax.Position, string) { known = false })
	if err != nil || !known || v == nil {
		return ""
	}
	return v.Value
}

// Asset gives the file or the folder that is uploaded as an object, as the template
// could name it: by a path relative to its folder. ok is false where it is not at
// hand. An asset manifest beside the template, or beside one that it is nested in,
// says where it is; for an object that none lists it is what has the name that the
// CDK gives to assets, asset.HASH for the key HASH.zip, or is called by a hash as
// the object is.
func (s *Scope) Asset(o S3Object) (location string, ok bool) {
	if o.Key == "" || s.settings.Exists == nil {
		return "", false
	}
	file, listed := s.listed(o)
	if !listed {
		file = s.named(o)
	}
	if file == "" || !s.settings.Exists(file) {
		return "", false
	}
	if location, err := filepath.Rel(filepath.Dir(s.file), file); err == nil {
		return location, true
	}
	location, err := filepath.Abs(file)
	return location, err == nil
}

// fileOf gives the path of the file that a value names, on this machine or in S3;
// "" for one that is not at hand, or of which the name is not known.
func (s *Scope) fileOf(v *syntax.Node) (path string) {
	location := v.Value
	if o, inS3 := s.S3Object(v); inS3 {
		location, _ = s.Asset(o)
	} else if v.StandIn {
		return ""
	}
	path, _ = s.localPath(location)
	return path
}

// manifest says what is uploaded for a stack of the CDK's, and from where:
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.AssetManifest.html.
type manifest struct{ Files map[string]asset }

// asset is one file or folder of a manifest.
type asset struct {
	// Source has a Path relative to the manifest's folder, or else a command that
	// makes the file, which is not run.
	Source       struct{ Path string }
	Destinations map[string]struct{ BucketName, ObjectKey string }
}

// readManifest reads NAME.assets.json beside the template NAME.template.json.
func (s *Scope) readManifest() {
	name, synthesized := strings.CutSuffix(s.file, ".template.json")
	if !synthesized || s.settings.ReadFile == nil {
		return
	}
	file := name + ".assets.json"
	src, err := s.settings.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	m := new(manifest)
	if err == nil {
		err = json.Unmarshal(src, m)
	}
	if err != nil {
		s.approximate(syntax.Position{File: file, Line: 1, Column: 1},
			fmt.Sprintf("the asset manifest is not read, and assets are found by their names alone: %v", err))
		return
	}
	s.manifest = m
}

// listed gives the path of what the manifests list as an object, "" where they know
// only its key, or no path; ok is false where none lists the key.
func (s *Scope) listed(o S3Object) (path string, ok bool) {
	for around := s; around != nil; around = around.parent {
		if around.manifest == nil {
			continue
		}
		if source, ok := around.manifest.source(o, s.placeholders()); ok {
			path, _ = around.localPath(source)
			return path, true
		}
	}
	return "", false
}

// source is listed for one manifest. A bucket that cannot be told is any.
func (m *manifest) source(o S3Object, placeholders *strings.Replacer) (path string, ok bool) {
	for _, id := range slices.Sorted(maps.Keys(m.Files)) {
		for _, d := range m.Files[id].Destinations {
			if placeholders.Replace(d.ObjectKey) != o.Key {
				continue
			}
			if ok = true; o.Bucket == "" || placeholders.Replace(d.BucketName) == o.Bucket {
				return m.Files[id].Source.Path, true
			}
		}
	}
	return "", ok
}

// placeholders replaces what stands in destinations for where a stack is deployed to.
func (s *Scope) placeholders() *strings.Replacer {
	var pairs []string
	for _, name := range []string{"AWS::AccountId", "AWS::Region", "AWS::Partition"} {
		value, _ := s.pseudo(syntax.Position{}, name)
		pairs = append(pairs, "${"+name+"}", value.Value)
	}
	return strings.NewReplacer(pairs...)
}

// contentHash is a name that only a hash of the content gives, so that a file of
// this name cannot be another than the object.
var contentHash = regexp.MustCompile(`^[0-9a-f]{32,}$`)

// named gives the path of what has an object's name, "" for nothing.
func (s *Scope) named(o S3Object) string {
	base := path.Base(o.Key)
	stem, _, _ := strings.Cut(base, ".")
	names := []string{"asset." + stem, "asset." + base}
	if contentHash.MatchString(stem) {
		names = append(names, base)
	}
	for around := s; around != nil; around = around.parent {
		for _, name := range names {
			if file := filepath.Join(filepath.Dir(around.file), name); s.settings.Exists(file) {
				return file
			}
		}
	}
	return ""
}
