// Benthos is the peer of our collector: https://github.com/benthosdev/benthos with the components that an HTTP-to-Kafka
// collector needs, in a program of its own because it takes long to build. It takes Benthos' own command line.
package main

import (
	"context"

	_ "github.com/benthosdev/benthos/v4/public/components/io"
	_ "github.com/benthosdev/benthos/v4/public/components/kafka"
	_ "github.com/benthosdev/benthos/v4/public/components/pure"
	"github.com/benthosdev/benthos/v4/public/service"
)

func main() { service.RunCLI(context.Background()) }
