// Command generator writes the Python SDK from provider/schema.json with Pulumi's own code generator.
//
// It replaces everything in the package's folder but dynamic/, which is written by hand.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const pythonPackage = "pulumi_partnercentral/"

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: generator SCHEMA.json OUTPUT_FOLDER"))
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fail(err)
	}
}

func generate(source, target string) error {
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	pkg, err := schema.ImportSpec(spec, nil, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return fmt.Errorf("%s: %w", source, err)
	}
	files, err := python.GeneratePackage("make generate", pkg, nil, nil)
	if err != nil {
		return err
	}
	if err := empty(target); err != nil {
		return err
	}
	// A wheel named pulumi-* is taken to have a plugin that can be downloaded, unless it denies it.
	files[pythonPackage+"pulumi-plugin.json"] = []byte("{\n  \"resource\": false\n}\n")
	for name, content := range files {
		// The package's own pyproject.toml and the like are not ours: there is one wheel.
		relative, ours := strings.CutPrefix(name, pythonPackage)
		if !ours || relative == "README.md" {
			continue
		}
		path := filepath.Join(target, relative)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func empty(target string) error {
	entries, err := os.ReadDir(target)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == "dynamic" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(target, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
