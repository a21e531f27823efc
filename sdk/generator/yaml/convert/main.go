// Command convert writes each YAML program of a folder in Python, TypeScript and Go too, with Pulumi's own converters.
//
// It lives in the module of the YAML language host, which has the reader of YAML programs.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2"
	"github.com/pulumi/pulumi-yaml/pkg/pulumiyaml"
	"github.com/pulumi/pulumi-yaml/pkg/pulumiyaml/codegen"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

type language struct {
	ending   string
	generate func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error)
}

var languages = []language{
	{".py", python.GenerateProgram},
	{".ts", nodejs.GenerateProgram},
	{".go", goProgram},
}

// lookup is where Pulumi's converter gives the arguments of a function another name than its generator of SDKs does,
// since a resource has the function's name too.
var lookup = regexp.MustCompile(`\.Lookup(\w+)Output\(ctx, (\w+)\.Get\w+OutputArgs`)

func goProgram(program *pcl.Program) (map[string][]byte, hcl.Diagnostics, error) {
	files, remarks, err := golang.GenerateProgram(program)
	for name, text := range files {
		text = lookup.ReplaceAll(text, []byte(".Lookup${1}Output(ctx, ${2}.Lookup${1}OutputArgs"))
		files[name] = bytes.ReplaceAll(text, []byte("ArgsArgs{"), []byte("Args{")) // another name it gets wrong
	}
	return files, remarks, err
}

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: convert SCHEMA.json FOLDER-OF-YAML FOLDER"))
	}
	pkg, err := read(os.Args[1])
	if err != nil {
		fail(err)
	}
	sources, err := filepath.Glob(filepath.Join(os.Args[2], "*.yaml"))
	if err != nil {
		fail(err)
	}
	for _, source := range sources {
		if err := convert(source, only{pkg}, os.Args[3]); err != nil {
			fail(fmt.Errorf("%s: %w", source, err))
		}
	}
}

func convert(source string, loader schema.ReferenceLoader, folder string) error {
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	for _, into := range languages {
		// Each generator changes the program that it is given.
		template, problems, err := pulumiyaml.LoadYAMLBytes(source, text)
		if err != nil {
			return err
		}
		if problems.HasErrors() {
			return problems
		}
		program, remarks, err := codegen.EjectProgram(template, loader)
		if err != nil {
			return err
		}
		if len(remarks) > 0 {
			return remarks
		}
		files, remarks, err := into.generate(program)
		if err != nil {
			return err
		}
		if len(remarks) > 0 || len(files) != 1 {
			return fmt.Errorf("%d files in %s: %w", len(files), into.ending, remarks)
		}
		name := strings.TrimSuffix(filepath.Base(source), ".yaml") + into.ending
		for _, content := range files {
			if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func read(source string) (*schema.Package, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	return schema.ImportSpec(spec, nil, schema.NewNullLoader(), schema.ValidationOptions{})
}

// only is a loader of the one package that the programs use.
type only struct{ pkg *schema.Package }

func (o only) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	if name != o.pkg.Name {
		return nil, fmt.Errorf("there is no schema of package %s here", name)
	}
	return o.pkg, nil
}

func (o only) LoadPackageV2(_ context.Context, wanted *schema.PackageDescriptor) (*schema.Package, error) {
	return o.LoadPackage(wanted.Name, nil)
}

func (o only) LoadPackageReference(name string, _ *semver.Version) (schema.PackageReference, error) {
	pkg, err := o.LoadPackage(name, nil)
	if err != nil {
		return nil, err
	}
	return pkg.Reference(), nil
}

func (o only) LoadPackageReferenceV2(
	_ context.Context, wanted *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return o.LoadPackageReference(wanted.Name, nil)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
