package template_test

import (
	"fmt"

	"maru/local/internal/template"
)

func ExampleParse() {
	stack, err := template.Parse("template.yaml", []byte(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Songs:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/songs
      Runtime: provided.al2023
      Handler: bootstrap
      Tracing: Active
      Events:
        List:
          Type: HttpApi
          Properties: {Path: /songs, Method: get}
`), template.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, api := range stack.APIs {
		for _, route := range api.Routes {
			fmt.Printf("%s: %s %s → %s\n", api.Kind, route.Method, route.Path, route.Function)
		}
	}
	for _, note := range stack.Notes {
		fmt.Printf("%s: %s.%s %s: %s\n", note.Pos, note.Resource, note.Property, note.Level, note.Text)
	}
	// Output:
	// HTTP API: GET /songs → Songs
	// template.yaml:10:7: Songs.Tracing ignored: traces are not sent to X-Ray
}

func ExampleParse_errors() {
	stack, err := template.Parse("template.yaml", []byte(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Songs:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      Timeout: 1000
      Environment:
        Variables:
          TABLE: !Ref SongTable
  SongsTable:
    Type: AWS::DynamoDB::Table
`), template.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(stack.Err())
	fmt.Println("Songs cannot run:", stack.Function("Songs").Unsupported)
	// Output:
	// template.yaml:9:16: Timeout has to be a whole number from 1 to 900, but here is "1000"
	// template.yaml:12:18: "SongTable" is neither a parameter nor a resource of the template; did you mean "SongsTable"?
	// Songs cannot run: template.yaml:9:16: Timeout has to be a whole number from 1 to 900, but here is "1000"
}

func ExampleParseParameters() {
	parameters, err := template.ParseParameters([]string{"Stage=dev", `Greeting="안녕 마루"`, "ParameterKey=Size,ParameterValue=2"})
	fmt.Println(parameters, err)
	// Output: map[Greeting:안녕 마루 Size:2 Stage:dev] <nil>
}
