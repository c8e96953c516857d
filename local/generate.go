package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"maru/local/internal/events"
)

func newGenerateEvent() *cobra.Command {
	c := &cobra.Command{
		Use:   "generate-event SERVICE EVENT",
		Short: "Print a sample event of a service, for invoke",
		Long:  "Print a sample event as JSON. The events are:\n\n" + eventList(),
		Example: `  maru generate-event s3 put --bucket photos --key 'a cat.jpg'
  maru generate-event apigateway http-api-proxy --method GET --path songs | maru invoke Get -e -`,
	}
	group(c)
	services := map[string]*cobra.Command{}
	for _, e := range events.All {
		service := services[e.Service]
		if service == nil {
			service = &cobra.Command{Use: e.Service, Short: "Events of " + e.Service}
			group(service)
			services[e.Service] = service
			c.AddCommand(service)
		}
		service.AddCommand(newEvent(e))
	}
	return c
}

// newEvent makes the command of one event, with a flag for each of its fields.
func newEvent(e events.Event) *cobra.Command {
	values := map[string]*string{}
	c := &cobra.Command{
		Use:     e.Name,
		Short:   "Print an event: " + e.Title,
		Args:    usage(cobra.NoArgs),
		PreRunE: configure,
		RunE: func(c *cobra.Command, _ []string) error {
			set := map[string]string{}
			for name, value := range values {
				set[name] = *value
			}
			event, err := e.Generate(set)
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(event)
			return err
		},
	}
	c.Flags().SortFlags = false
	for _, f := range e.Fields {
		values[f.Name] = c.Flags().String(f.Name, f.Default, "its "+strings.ReplaceAll(f.Name, "-", " "))
	}
	return c
}

func eventList() string {
	var list strings.Builder
	for _, e := range events.All {
		fmt.Fprintf(&list, "  %-32s%s\n", e.Service+" "+e.Name, e.Title)
	}
	return list.String()
}
