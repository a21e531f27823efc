// Opens the environment of a file by ESC's own evaluator, and prints its values as JSON, in the module
// that knows Pulumi's packages: `cd sdk/generator; go run FILE ENVIRONMENT`. The login to AWS is a
// stand-in: it lends the key that the emulator takes for the role's account, its 12 digits.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/esc"
	"github.com/pulumi/pulumi/sdk/v3/go/common/esc/eval"
	"github.com/pulumi/pulumi/sdk/v3/go/common/esc/schema"
)

type login struct{}

// What https://www.pulumi.com/docs/esc/providers/aws-login says of OpenID Connect.
func (login) Schema() (*schema.Schema, *schema.Schema) {
	oidc := schema.Object().Properties(schema.BuilderMap{
		"roleArn": schema.String(), "sessionName": schema.String(), "duration": schema.String(),
		"policyArns":        schema.Array().Items(schema.String()),
		"subjectAttributes": schema.Array().Items(schema.String()),
	}).Required("roleArn", "sessionName").AdditionalProperties(schema.Never())
	keys := schema.Record(schema.BuilderMap{
		"accessKeyId": schema.String(), "secretAccessKey": schema.String(), "sessionToken": schema.String(),
	})
	return schema.Record(schema.BuilderMap{"oidc": oidc}).Schema(), keys.Schema()
}

func (login) Open(_ context.Context, inputs map[string]esc.Value, _ esc.EnvExecContext) (esc.Value, error) {
	role := inputs["oidc"].Value.(map[string]esc.Value)["roleArn"].Value.(string)
	return esc.NewSecret(map[string]esc.Value{
		"accessKeyId":     esc.NewSecret(strings.Split(role, ":")[4]),
		"secretAccessKey": esc.NewSecret("lent-secret"),
		"sessionToken":    esc.NewSecret("lent-token"),
	}), nil
}

type providers struct{}

func (providers) LoadProvider(_ context.Context, name string) (esc.Provider, error) {
	if name != "aws-login" {
		return nil, fmt.Errorf("there is no provider %q here", name)
	}
	return login{}, nil
}

func (providers) LoadRotator(_ context.Context, name string) (esc.Rotator, error) {
	return nil, fmt.Errorf("there is no rotator %q here", name)
}

func main() {
	source, err := os.ReadFile(os.Args[1])
	check(err)
	declared, found, err := eval.LoadYAMLBytes(os.Args[1], source)
	check(err)
	caller, err := esc.NewExecContext(map[string]esc.Value{})
	check(err)
	opened, more := eval.EvalEnvironment(
		context.Background(), "channel/prod", declared, nil, providers{}, nil, caller, eval.EvalOptions{})
	found.Extend(more...)
	if len(found) > 0 {
		check(found)
	}
	check(json.NewEncoder(os.Stdout).Encode(esc.NewValue(opened.Properties).ToJSON(false)))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
