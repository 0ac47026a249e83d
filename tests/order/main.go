// Command order evaluates the expressions by which the engines decide whether a bundle may follow another one.
//
//	order < questions.json
//
// stdin is a JSON list of questions; for each a line of JSON answers. CEL goes through the package that
// kustomize-controller has for `readyExpr`, Lua through the interpreter of Argo CD.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"

	"github.com/fluxcd/pkg/runtime/cel"
	celtypes "github.com/google/cel-go/common/types"
	lua "github.com/yuin/gopher-lua"
	luajson "layeh.com/gopher-json"
)

type question struct {
	// An expression of CEL and the objects that it is about.
	Cel  string         `json:"cel"`
	Self map[string]any `json:"self"`
	Dep  map[string]any `json:"dep"`
	// A script of Lua and the object that it is about.
	Lua    string          `json:"lua"`
	Object json.RawMessage `json:"object"`
}

type answer struct {
	Ready  bool            `json:"ready"`
	Health json.RawMessage `json:"health,omitempty"`
	Error  string          `json:"error"`
}

func main() {
	log.SetFlags(0)
	var questions []question
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&questions); err != nil {
		log.Fatal(err)
	}
	encoder := json.NewEncoder(os.Stdout)
	for _, question := range questions {
		answered := answer{}
		var err error
		if question.Cel != "" {
			answered.Ready, err = ready(question)
		} else {
			answered.Health, err = health(question)
		}
		if err != nil {
			answered.Error = err.Error()
		}
		if err := encoder.Encode(answered); err != nil {
			log.Fatal(err)
		}
	}
}

// As kustomize-controller v1.7.3 does it (internal/controller/kustomization_controller.go, evalReadyExpr).
func ready(question question) (bool, error) {
	expression, err := cel.NewExpression(question.Cel,
		cel.WithCompile(),
		cel.WithOutputType(celtypes.BoolType),
		cel.WithStructVariables("self", "dep"))
	if err != nil {
		return false, err
	}
	variables := map[string]any{"self": question.Self, "dep": question.Dep}
	return expression.EvaluateBoolean(context.Background(), variables)
}

// As Argo CD v3.1.8 does it (util/lua/lua.go, runLua and ExecuteHealthLua), without the time limit.
func health(question question) (json.RawMessage, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, lua.OpenPackage},
		{lua.BaseLibName, lua.OpenBase},
		{lua.TabLibName, lua.OpenTable},
	} {
		err := state.CallByParam(lua.P{Fn: state.NewFunction(library.open), NRet: 0, Protect: true}, lua.LString(library.name))
		if err != nil {
			return nil, err
		}
	}
	object, err := luajson.Decode(state, question.Object)
	if err != nil {
		return nil, err
	}
	state.SetGlobal("obj", object)
	if err := state.DoString(question.Lua); err != nil {
		return nil, err
	}
	result := state.Get(-1)
	if result.Type() != lua.LTTable {
		return nil, errors.New("the script gives no table")
	}
	return luajson.Encode(result)
}
