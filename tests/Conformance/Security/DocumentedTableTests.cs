namespace Kafka.Modular.Conformance.Security;

/// <summary>What the operators' pages say about clients is what is tested.</summary>
internal sealed class DocumentedTableTests
{
    [Test]
    public void The_page_on_clients_shows_who_logs_in_how() => DocumentedTable.Check("clients.md", "table of logins", LoginMatrix.ToMarkdown());

    [Test]
    public void The_page_on_logging_in_shows_what_is_said_when_it_fails() => DocumentedTable.Check("authentication.md", "table of failures", Failures.ToMarkdown(SaslFailures.Cases));

    [Test]
    public void The_page_on_TLS_shows_what_is_said_when_it_fails() => DocumentedTable.Check("tls.md", "table of failures", Failures.ToMarkdown(TlsFailures.Cases));
}
