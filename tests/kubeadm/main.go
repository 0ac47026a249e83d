// Command kubeadm answers what the code of kubeadm and kubectl makes of our files.
//
//	kubeadm < questions > answers
//
// Each line of stdin is a JSON object with one of the fields of question; each gets a line of JSON.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"k8s.io/kubernetes/cmd/kubeadm/app/util/config"
)

type question struct {
	// Documents of kubeadm, as `kubeadm config validate` takes them.
	Validate *string `json:"validate"`
	// A kubeconfig to connect with, and the authority of the server.
	Connect *connection `json:"connect"`
}

type answer struct {
	// What is wrong; empty when nothing is.
	Error string `json:"error"`
}

func main() {
	log.SetFlags(0)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	encoder := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		if err := encoder.Encode(asked.answer()); err != nil {
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
			answered.Error = fmt.Sprintf("panic: %v", panicked)
		}
	}()
	var err error
	switch {
	case asked.Validate != nil:
		err = config.ValidateConfig([]byte(*asked.Validate), false)
	case asked.Connect != nil:
		err = asked.Connect.meet()
	}
	if err != nil {
		answered.Error = err.Error()
	}
	return answered
}
