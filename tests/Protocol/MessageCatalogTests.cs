using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Protocol.Tests;

public sealed class MessageCatalogTests
{
    [Test]
    public void Every_message_has_what_its_descriptor_says()
    {
        foreach (MessageDescriptor message in MessageCatalog.Messages)
        {
            IMessage instance = message.Create();
            Assert.That(instance.Name, Is.EqualTo(message.Name));
            Assert.That(MessageCatalog.Find(message.Name), Is.SameAs(message));
            if (instance is IRecordMessage record)
            {
                Assert.That(record.RecordType, Is.EqualTo(message.Number));
                Assert.That(MessageCatalog.Find(message.Kind, message.Number), Is.SameAs(message));
            }
        }
    }

    [Test]
    public void Defaults_of_every_message_survive_every_version()
    {
        foreach (MessageDescriptor message in MessageCatalog.Messages)
        {
            for (short version = message.LowestVersion; version <= message.HighestVersion; version++)
            {
                // A field that a version lacks is at its default, so nothing is refused; null where the version has no null is.
                byte[] bytes;
                try
                {
                    bytes = ProtocolWriter.ToArray(message.Create(), version);
                }
                catch (UnsupportedVersionException e) when (e.Message.StartsWith("null", StringComparison.Ordinal))
                {
                    continue;
                }

                var reader = new ProtocolReader(bytes.AsMemory());
                IMessage back = message.Read(ref reader, version);
                reader.EnsureEnd();
                Assert.That(ProtocolWriter.ToArray(back, version), Is.EqualTo(bytes), $"{message.Name} v{version}");
            }
        }
    }

    [Test]
    public void Apis_are_advertised_as_a_broker_of_Kafka_4_2_does()
    {
        if (ReferenceFolder.File("protocol", "api-versions-kafka-4.2-broker.csv") is not { } path)
        {
            TestContext.Out.WriteLine("the reference is not here, so nothing was compared");
            return;
        }

        foreach (string[] row in File.ReadLines(path).Skip(1).Select(line => line.Split(',')))
        {
            ApiDescriptor api = MessageCatalog.FindApi(short.Parse(row[0]))!;
            short highest = api.AdvertisedHighest(false);
            string flexible = api.Request.FlexibleFrom == short.MaxValue ? "none" : $"{api.Request.FlexibleFrom}";
            string[] actual =
            [
                $"{(short)api.Key}", api.Name, $"{api.AdvertisedLowest}", $"{highest}", $"{api.LowestVersion}", flexible,
                $"{api.RequestHeaderVersion(highest)}", $"{api.ResponseHeaderVersion(highest)}",
            ];
            Assert.That(actual, Is.EqualTo(row[..8]), row[1]);
            Assert.That(api.Listeners.HasFlag(ApiListeners.Broker), row[1]);
        }
    }

    [Test]
    public void Api_keys_have_Kafkas_names_listeners_and_marks()
    {
        if (ReferenceFolder.File("api-keys.csv") is not { } path)
        {
            TestContext.Out.WriteLine("the reference is not here, so nothing was compared");
            return;
        }

        foreach (string[] row in File.ReadLines(path).Skip(1).Select(line => line.Split(',')))
        {
            ApiDescriptor api = MessageCatalog.FindApi(short.Parse(row[0]))!;
            string listeners = string.Join(';', api.Listeners.ToString().ToLowerInvariant().Split(", ").Order(StringComparer.Ordinal));
            string[] actual =
            [
                $"{(short)api.Key}", api.Name, $"{api.LowestVersion}", $"{api.HighestVersion}", listeners,
                $"{api.UnstableFrom <= api.HighestVersion}".ToLowerInvariant(), $"{api.IsClusterAction}".ToLowerInvariant(), $"{api.IsForwardable}".ToLowerInvariant(),
            ];
            string given = string.Join(';', row[4].Split(';').Order(StringComparer.Ordinal));
            Assert.That(actual, Is.EqualTo(new[] { row[0], row[1], row[2], row[3], given, row[6], row[10], row[11] }), row[1]);
        }
    }

    [Test]
    public void Error_codes_are_Kafkas()
    {
        if (ReferenceFolder.File("error-codes.csv") is not { } path)
        {
            TestContext.Out.WriteLine("the reference is not here, so nothing was compared");
            return;
        }

        var expected = File.ReadLines(path).Skip(1).Select(line => string.Join(',', line.Split(',')[..4])).ToList();
        var actual = ErrorCodes.All.Select(info => $"{(short)info.Code},{info.Name},{info.IsRetriable},{info.InvalidatesMetadata}".Replace("True", "true").Replace("False", "false")).ToList();
        Assert.That(actual, Is.EquivalentTo(expected));
        Assert.That(((ErrorCode)31000).Info().Code, Is.EqualTo(ErrorCode.UnknownServerError));
    }

    [Test]
    public void The_reply_to_ApiVersions_always_has_the_oldest_header()
    {
        ApiDescriptor api = MessageCatalog.Api(ApiKey.ApiVersions);
        Assert.That(api.ResponseHeaderVersion(4), Is.Zero);
        Assert.That(api.RequestHeaderVersion(4), Is.EqualTo(2));
        Assert.That(MessageCatalog.Api(ApiKey.Fetch).ResponseHeaderVersion(11), Is.Zero);
        Assert.That(MessageCatalog.Api(ApiKey.Fetch).ResponseHeaderVersion(12), Is.EqualTo(1));
    }

    [Test]
    public void A_request_with_its_header_survives()
    {
        using var writer = ProtocolWriter.CreateContiguous();
        MessageFraming.WriteRequest(writer, new ApiVersionsRequest { ClientSoftwareName = "me", ClientSoftwareVersion = "1" }, 3, 77, "client");
        var reader = new ProtocolReader(writer.WrittenMemory);
        RequestHeader header = MessageFraming.ReadRequestHeader(ref reader, out ApiDescriptor api);
        Assert.That(api.Key, Is.EqualTo(ApiKey.ApiVersions));
        Assert.That((header.RequestApiVersion, header.CorrelationId, header.ClientId), Is.EqualTo(((short)3, 77, "client")));
        Assert.That(ApiVersionsRequest.Read(ref reader, 3).ClientSoftwareName, Is.EqualTo("me"));
    }

    [Test]
    public void The_header_of_an_unknown_api_is_refused()
    {
        byte[] bytes = [0x7f, 0xff, 0, 0, 0, 0, 0, 1, 0xff, 0xff];
        Assert.Throws<ProtocolException>(() =>
        {
            var reader = new ProtocolReader(bytes.AsMemory());
            MessageFraming.ReadRequestHeader(ref reader, out _);
        });
    }
}
