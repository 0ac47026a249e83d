// Command talos answers what the official library of Talos makes of configurations.
//
//	talos < questions > answers
//
// Each line of stdin is a JSON object with one of the fields of question; each gets a line of JSON.
// The version of the library is that of the module file which this is built with.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
)

type question struct {
	// Generate a machine's configuration.
	Generate *generation `json:"generate"`
	// Patch a configuration.
	Patch *patching `json:"patch"`
	// Validate a configuration.
	Validate *validating `json:"validate"`
	// Bundle of secrets to judge.
	Bundle *string `json:"bundle"`
	// Client configuration to connect with, and the server to be.
	Connect *connection `json:"connect"`
}

type answer struct {
	// Why the library refuses; empty when it does not.
	Error string `json:"error"`
	// A configuration without comments.
	Config   string   `json:"config,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Errors   []string `json:"errors,omitempty"`
}

func main() {
	log.SetFlags(0)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		if err := encoder.Encode(asked.answer()); err != nil {
			log.Fatal(err)
		}
		if err := out.Flush(); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func (asked question) answer() (answered answer) {
	defer func() {
		if panicked := recover(); panicked != nil {
			answered = answer{Error: fmt.Sprintf("panic: %v", panicked)}
		}
	}()
	var err error
	switch {
	case asked.Generate != nil:
		answered.Config, err = asked.Generate.config()
	case asked.Patch != nil:
		answered.Config, err = asked.Patch.config()
	case asked.Validate != nil:
		answered.Warnings, answered.Errors, err = asked.Validate.complaints()
	case asked.Bundle != nil:
		answered.Errors, err = judge(*asked.Bundle)
	case asked.Connect != nil:
		err = asked.Connect.handshake()
	}
	if err != nil {
		answered.Error = err.Error()
	}
	return answered
}
