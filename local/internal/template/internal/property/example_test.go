package property_test

import (
	"fmt"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// The properties of a queue, read by somebody who needs two of them.
func ExampleObject() {
	root, err := syntax.Parse("template.yaml", []byte(`
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "${AWS::StackName}-orders"
      DelaySeconds: soon
      KmsMasterKeyId: alias/mine
      FifoQueu: true
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	scope, err := resolve.New(root, resolve.Settings{StackName: "shop"})
	if err != nil {
		fmt.Println(err)
		return
	}
	report := new(property.Report)
	res := scope.Resource("Queue")
	o := property.New(scope, report, res, res.Node.Get("Properties"))

	fmt.Println("name:", o.Text("QueueName", ""))
	fmt.Println("delay:", o.Integer("DelaySeconds", 0, 900))
	fmt.Println("FIFO:", o.Boolean("FifoQueue", false))
	o.Done(property.Schema{Of: "a queue", Properties: map[string]property.Effect{
		"KmsMasterKeyId": property.Ignored("messages are not encrypted"),
	}})
	for _, err := range report.Errors() {
		fmt.Println(err)
	}
	for _, n := range report.Notes() {
		fmt.Printf("%s: %s: %s %q\n", n.Pos, n.Property, n.Level, n.Text)
	}
	// Output:
	// name: shop-orders
	// delay: <nil>
	// FIFO: false
	// template.yaml:7:21: DelaySeconds has to be a whole number from 0 to 900, but here is "soon"
	// template.yaml:9:7: FifoQueu is not a property of a queue; did you mean "FifoQueue"?
	// template.yaml:6:7: QueueName: emulated ""
	// template.yaml:7:7: DelaySeconds: emulated ""
	// template.yaml:8:7: KmsMasterKeyId: ignored "messages are not encrypted"
}
