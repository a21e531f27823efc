// Command generator writes an SDK from provider/schema.json with Pulumi's own code generators.
//
// Of Python, only the package itself is kept: there is one wheel. It replaces everything in the folder but dynamic/,
// whose channel.py dynamic_channel.py writes and whose other files are written by hand, and testing/ and policies/,
// which are too.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	dotnet "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3/codegen"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const (
	tool          = "make generate"
	pythonPackage = "pulumi_partnercentral/"
)

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: generator python|nodejs|npm|go|dotnet SCHEMA.json FOLDER"))
	}
	pkg, err := read(os.Args[2])
	if err != nil {
		fail(err)
	}
	files, err := generate(os.Args[1], pkg)
	if err != nil {
		fail(err)
	}
	if err := write(files, os.Args[3]); err != nil {
		fail(err)
	}
}

// read binds the schema; whatever Pulumi's binder remarks is an error here.
func read(source string) (*schema.Package, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	pkg, remarks, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	if len(remarks) > 0 {
		return nil, fmt.Errorf("%s: %w", source, remarks)
	}
	return pkg, nil
}

func generate(language string, pkg *schema.Package) (map[string][]byte, error) {
	switch language {
	case "python":
		return pythonOnly(pkg)
	case "nodejs":
		// As `pulumi package add` makes it: it compiles itself when a project installs it.
		return nodejs.GeneratePackage(tool, pkg, nil, nil, true, nil)
	case "npm":
		// As it is published, once it is compiled.
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	case "go":
		return golang.GeneratePackage(tool, pkg, nil)
	case "dotnet":
		// It downloads the logo from where the schema says; what it is given is this tree's own.
		files := httptest.NewServer(http.FileServer(http.Dir("../../docs")))
		defer files.Close()
		pkg.LogoURL = files.URL + "/" + path.Base(pkg.LogoURL)
		return dotnet.GeneratePackage(tool, pkg, nil, nil)
	}
	return nil, fmt.Errorf("no generator for %s: python, nodejs, npm, go or dotnet", language)
}

// inputDict is the TypedDict of an object among the arguments of Provider. A dictionary that is built outside the call,
// as the roles of one account after the other are, is a dict[str, str] to type checkers: it fits none.
var inputDict = regexp.MustCompile(`'\w+ArgsDict'`)

func pythonOnly(pkg *schema.Package) (map[string][]byte, error) {
	files, err := python.GeneratePackage(tool, pkg, nil, nil)
	if err != nil {
		return nil, err
	}
	provider := pythonPackage + "provider.py"
	files[provider] = inputDict.ReplaceAll(files[provider], []byte("$0, Mapping[str, Any]"))
	// A wheel named pulumi-* is taken to have a plugin that can be downloaded, unless it denies it.
	files[pythonPackage+"pulumi-plugin.json"] = []byte("{\n  \"resource\": false\n}\n")
	kept, led := map[string][]byte{}, 0
	for name, content := range files {
		// The package's own pyproject.toml and the like are not ours.
		if relative, ours := strings.CutPrefix(name, pythonPackage); ours && relative != "README.md" {
			text, found := leadingToPlugin(string(content))
			kept[relative], led = []byte(text), led+found
		}
	}
	kept["_utilities.py"] = append(kept["_utilities.py"], requirePlugin...)
	if want := 1 + len(pkg.Resources) + 2*len(pkg.Functions); led != want {
		return nil, fmt.Errorf("%d resources and functions lead to the plugin, not %d", led, want)
	}
	return kept, nil
}

// requirePlugin makes _utilities offer what stops a program whose plugin is not installed.
const requirePlugin = "\n\nfrom partnercentral_provider.hosts.plugin_needed import require_plugin  # noqa: E402\n"

// optionsMerged is where every resource and function has its options, and has not asked the engine for anything yet.
var optionsMerged = regexp.MustCompile(`(?m)^( +)opts = pulumi\.(Resource|Invoke)\w*\.merge\(_utilities\.get_\w+\(\), opts\)\n`)

// leadingToPlugin adds a call of requirePlugin to each resource and function of a file, and counts them.
func leadingToPlugin(text string) (string, int) {
	count := 0
	changed := optionsMerged.ReplaceAllStringFunc(text, func(line string) string {
		count++
		found := optionsMerged.FindStringSubmatch(line)
		resource := "None"
		if found[2] == "Resource" {
			resource = "__self__"
		}
		return line + found[1] + "_utilities.require_plugin(" + resource + ", opts)\n"
	})
	return changed, count
}

func write(files map[string][]byte, folder string) error {
	if err := empty(folder); err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func empty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, entry := range entries {
		switch entry.Name() {
		case "dynamic", "testing", "policies":
			continue
		}
		if err := os.RemoveAll(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
