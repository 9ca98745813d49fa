using Kafka.Modular.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Tests;

public sealed class KafkaLogLayoutTests
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Test]
    public void An_event_is_one_line_with_time_level_and_logger()
        => Assert.That(
            KafkaLogLayout.Format(s_time, LogLevel.Warning, "kafka.server.KafkaApis", "it happened", null),
            Is.EqualTo("[2026-01-02 03:04:05,678] WARN it happened (kafka.server.KafkaApis)\n"));

    [Test]
    public void A_message_with_line_breaks_stays_on_one_line()
        => Assert.That(KafkaLogLayout.Format(s_time, LogLevel.Information, "x", "one\ntwo\rthree", null), Does.Contain("one two three").And.EndsWith("(x)\n"));

    [Test]
    public void An_exception_follows_on_lines_of_its_own()
        => Assert.That(KafkaLogLayout.Format(s_time, LogLevel.Error, "x", "failed", new IOException("no space")), Does.Contain("(x)\nSystem.IO.IOException: no space"));
}
