package gateway

import (
	"context"
	"log/slog"

	"maru/local/internal/gateway/internal/answer"
)

// logs tells whether requests are logged.
func logs(ctx context.Context, log *slog.Logger) bool { return log.Enabled(ctx, slog.LevelInfo) }

// warn says what was wrong with a function's result.
func (x *exchange) warn() {
	refused := x.answer.Refused
	if refused == nil || refused.Cause != answer.MalformedResult && refused.Cause != answer.UndecodableBody {
		return
	}
	x.g.config.Log.LogAttrs(x.request.HTTP.Context(), slog.LevelWarn, "response refused",
		slog.String("function", x.request.Route.Function),
		slog.String("request_id", x.request.ID),
		slog.String("reason", refused.Why()))
}

// log writes the access line.
func (x *exchange) log(r *Record) {
	ctx, log := x.request.HTTP.Context(), x.g.config.Log
	if !logs(ctx, log) {
		return
	}
	if r.Broken != nil {
		log.LogAttrs(ctx, slog.LevelInfo, "response broken off",
			slog.String("function", r.Function),
			slog.String("request_id", r.RequestID),
			slog.String("reason", r.Broken.Error()))
	}
	attrs := append(make([]slog.Attr, 0, 10),
		slog.String("method", r.Method),
		slog.String("api", r.API),
		slog.String("stage", r.Stage),
		slog.String("path", r.Path),
		slog.String("route_key", r.RouteKey),
		slog.String("function", r.Function),
		slog.Int("status", r.Status),
		slog.Duration("duration", r.Duration),
		slog.String("request_id", r.RequestID))
	if r.Reason != "" {
		attrs = append(attrs, slog.String("reason", r.Reason))
	}
	log.LogAttrs(ctx, slog.LevelInfo, "request", attrs...)
}
