package cli

import (
	"fmt"
	"io"
	"os"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"firn/lsp/settings"
)

// newLog makes the log that settings ask for, on errors if they name no file.
// Standard output is never used: with a language server it is the wire.
func newLog(s settings.Log, errors io.Writer) (log *zap.Logger, closeLog func() error, err error) {
	level, err := zapcore.ParseLevel(s.Level)
	if err != nil {
		return nil, nil, err
	}
	out, closeLog := zapcore.AddSync(errors), func() error { return nil }
	if s.File != "" {
		file, err := os.OpenFile(s.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, fmt.Errorf("log file: %w", err)
		}
		out, closeLog = file, file.Close
	}
	return zap.New(zapcore.NewCore(encoder(s.Format), zapcore.Lock(out), level)), closeLog, nil
}

func encoder(format string) zapcore.Encoder {
	config := zap.NewProductionEncoderConfig()
	config.EncodeTime = zapcore.ISO8601TimeEncoder
	config.EncodeDuration = zapcore.StringDurationEncoder
	if format == "json" {
		return zapcore.NewJSONEncoder(config)
	}
	return zapcore.NewConsoleEncoder(config)
}
