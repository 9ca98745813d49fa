using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Cluster;

/// <summary><c>kafka-cluster</c>.</summary>
internal static class ClusterTool
{
    private const sbyte Brokers = 1;
    private const sbyte Controllers = 2;

    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        if (options.Action.Length == 0)
            throw new UsageException("too few arguments");
        AdminSession.RequireBootstrap(options);
        if (options.Action == "unregister")
            options.Require("id");
        await using var session = AdminSession.Open(call);
        switch (options.Action)
        {
            case "cluster-id":
                WriteId(call, (await DescribeAsync(session, false)).ClusterId);
                break;
            case "unregister":
                await UnregisterAsync(call, session, options.Int32("id")!.Value);
                break;
            default:
                await ListAsync(call, session);
                break;
        }

        return ExitCodes.Done;
    }

    private static void WriteId(ToolCall call, string id)
    {
        if (call.Options.IsJson)
        {
            OutputTable.WriteJson(call.Out, json =>
            {
                json.WriteStartObject();
                json.WriteString("clusterId", id);
                json.WriteEndObject();
            });
        }
        else
        {
            call.Out.WriteLine($"Cluster ID: {id}");
        }
    }

    private static async Task UnregisterAsync(ToolCall call, AdminSession session, int id)
    {
        try
        {
            var response = await session.SendAsync(RequestTarget.Controller, new UnregisterBrokerRequest { BrokerId = (BrokerId)id }, static response => response.ErrorCode);
            AdminSession.Check(response.ErrorCode, response.ErrorMessage);
            call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Broker {id} is no longer registered."));
        }
        catch (UnsupportedVersionException)
        {
            call.Out.WriteLine("The target cluster does not support the broker unregistration API.");
        }
    }

    private static async Task ListAsync(ToolCall call, AdminSession session)
    {
        if (call.Options.Has("include-fenced-brokers") && session.UsesControllers)
            throw new ToolException("The option --include-fenced-brokers is only supported with --bootstrap-server option");
        var nodes = (await DescribeAsync(session, call.Options.Has("include-fenced-brokers"))).Brokers;
        string[] columns = session.UsesControllers ? ["ID", "HOST", "PORT", "RACK", "ENDPOINT_TYPE"] : ["ID", "HOST", "PORT", "RACK", "STATE", "ENDPOINT_TYPE"];
        var table = new OutputTable(columns);
        foreach (var node in nodes)
        {
            if (session.UsesControllers)
                table.Add((int)node.BrokerId, node.Host, node.Port, node.Rack, "controller");
            else
                table.Add((int)node.BrokerId, node.Host, node.Port, node.Rack, node.IsFenced ? "fenced" : "unfenced", "broker");
        }

        if (call.Options.IsJson)
        {
            table.WriteJson(call.Out);
            return;
        }

        // A rack that there is not is written as Java writes null.
        var host = nodes.Select(static node => node.Host.Length).DefaultIfEmpty(100).Max();
        var rack = nodes.Where(static node => node.Rack is not null).Select(static node => node.Rack!.Length).DefaultIfEmpty(10).Max();
        int[] widths = session.UsesControllers ? [10, host, 10, rack, 15] : [10, host, 10, rack, 10, 15];
        foreach (var row in table.Rows.Prepend(columns))
            call.Out.WriteLine(string.Join(' ', row.Select((cell, i) => (cell is null ? "null" : OutputTable.Text(cell)).PadRight(widths[i]))));
    }

    private static async Task<DescribeClusterResponse> DescribeAsync(AdminSession session, bool withFenced)
    {
        var request = new DescribeClusterRequest { EndpointType = session.UsesControllers ? Controllers : Brokers, IncludeFencedBrokers = withFenced };
        var response = await session.SendAsync(RequestTarget.AnyNode, request, static response => response.ErrorCode);
        AdminSession.Check(response.ErrorCode, response.ErrorMessage);
        return response;
    }
}
