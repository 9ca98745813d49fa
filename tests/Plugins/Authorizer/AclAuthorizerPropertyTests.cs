using System.Net;
using CsCheck;
using Kafka.Modular.Authorizer.Acl;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Plugins.Authorizer;

public sealed class AclAuthorizerPropertyTests
{
    private static readonly string[] s_superUsers = ["User:root", "Group:operators"];

    private static readonly ClientIdentity[] s_clients =
    [
        Client("alice", "10.0.0.1"), Client("alice", "::1"), Client("bob", "10.0.0.1", "writers"), Client("bob", "10.0.0.2", "writers", "readers"), Client("root", "10.0.0.1"),
        Client("carol", "10.0.0.1", "operators"),
    ];

    // Few letters, so that names and prefixes meet often.
    private static readonly Gen<string> s_name = Gen.OneOf(Gen.Char['a', 'c'].Array[1, 4].Select(static letters => new string(letters)), OneOf("h", "hard", "hardcode"));

    private static readonly Gen<AclOperation> s_operation = Gen.Int[(int)AclOperation.Read, (int)AclOperation.TwoPhaseCommit].Select(static number => (AclOperation)number);

    private static readonly Gen<ResourceType> s_type = OneOf(ResourceType.Topic, ResourceType.Group, ResourceType.TransactionalId);

    private static readonly Gen<AclBinding> s_binding = Gen.Select(
        s_type,
        Gen.Frequency((1, Gen.Const("*")), (5, s_name)),
        OneOf(ResourcePatternType.Literal, ResourcePatternType.Prefixed),
        OneOf("User:*", "User:alice", "User:bob", "Group:writers", "Group:readers", "User:writers"),
        OneOf("*", "*", "10.0.0.1", "10.0.0.2", "::1"),
        Gen.Frequency((1, Gen.Const(AclOperation.All)), (6, s_operation)),
        Gen.Frequency((3, Gen.Const(AclPermission.Allow)), (1, Gen.Const(AclPermission.Deny))),
        static (type, name, pattern, principal, host, operation, permission) =>
            new AclBinding(type, name, name == "*" ? ResourcePatternType.Literal : pattern, principal, host, operation, permission));

    private static readonly Gen<(int Client, AclOperation Operation, ResourceType Type, string Name)> s_question =
        Gen.Select(Gen.Int[0, s_clients.Length - 1], s_operation, s_type, s_name);

    [Test]
    public void Answers_are_those_of_an_authorizer_that_looks_at_every_acl() =>
        Gen.Select(s_binding.Array[0, 40], s_question.Array[20], Gen.Bool).Sample((bindings, questions, isOpen) =>
        {
            var (indexed, naive) = Create(isOpen);
            indexed.Load(bindings);
            naive.Bindings.AddRange(bindings);
            return Agree(indexed, naive, questions);
        });

    [Test]
    public void Changes_lead_to_the_same_answers_as_a_fresh_start() =>
        Gen.Select(s_binding.Array[1, 30], Gen.Select(s_binding.Array[0, 4], Gen.Int[0, 10_000].Array[0, 4]).Array[1, 6], s_question.Array[12], Gen.Bool)
            .Sample((bindings, changes, questions, isOpen) =>
            {
                var (indexed, naive) = Create(isOpen);
                indexed.Load(bindings);
                naive.Bindings.AddRange(bindings);
                foreach (var (added, leaving) in changes)
                {
                    // What was answered before a change must not be answered after it.
                    if (!Agree(indexed, naive, questions))
                        return false;
                    var removed = new List<AclBinding>();
                    foreach (var number in leaving)
                    {
                        if (naive.Bindings.Count == 0)
                            break;
                        removed.Add(naive.Bindings[number % naive.Bindings.Count]);
                        naive.Bindings.RemoveAt(number % naive.Bindings.Count);
                    }

                    naive.Bindings.AddRange(added);
                    indexed.Change(removed, added);
                }

                return Agree(indexed, naive, questions);
            });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static (AclAuthorizer Indexed, NaiveAuthorizer Naive) Create(bool isOpen) =>
        (new(new AclAuthorizerSettings(s_superUsers.ToHashSet(), isOpen)), new(s_superUsers, isOpen));

    private static bool Agree(AclAuthorizer indexed, NaiveAuthorizer naive, (int Client, AclOperation Operation, ResourceType Type, string Name)[] questions) =>
        Array.TrueForAll(questions, question =>
        {
            var client = s_clients[question.Client];
            var expected = naive.Authorize(client, question.Operation, question.Type, question.Name);
            var byType = naive.AuthorizeByResourceType(client, question.Operation, question.Type);
            return indexed.Authorize(client, question.Operation, question.Type, question.Name) == expected
                && indexed.Authorize(client, question.Operation, question.Type, new string(question.Name)) == expected
                && indexed.Explain(client, question.Operation, question.Type, question.Name).IsAllowed == expected
                && indexed.AuthorizeByResourceType(client, question.Operation, question.Type) == byType;
        });

    private static ClientIdentity Client(string name, string address, params string[] groups) =>
        new(new KafkaPrincipal(KafkaPrincipal.UserType, name), groups, IPAddress.Parse(address), "PLAINTEXT");
}
