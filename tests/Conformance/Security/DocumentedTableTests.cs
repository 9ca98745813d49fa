namespace Kafka.Modular.Conformance.Security;

/// <summary>What the operators' pages say about clients is what is tested.</summary>
internal sealed class DocumentedTableTests
{
    [Test]
    public void The_page_on_clients_shows_who_logs_in_how() => DocumentedTable.Check("clients.md", "table of logins", LoginMatrix.ToMarkdown());
}
