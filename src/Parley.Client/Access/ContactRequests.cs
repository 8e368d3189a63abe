using Microsoft.Extensions.Logging;
using Parley.Commands;
using Parley.Ids;
using Parley.Json;
using Parley.Live;
using Parley.Nodes;
using Parley.Views;

namespace Parley.Access;

/// <summary>Somebody says that I am in a space, private channel or conversation of theirs.</summary>
/// <param name="From">Who says so.</param>
/// <param name="Domain">The space, private channel or direct message.</param>
/// <param name="At">When, by their clock.</param>
public sealed record ContactRequest(PersonId From, NodeId Domain, DateTimeOffset At);

/// <summary>
/// First contact: what people whom I share no space with want of me, and whom I do not want to hear. What people of my spaces open with me
/// is taken at once and never stands here.
/// </summary>
/// <remarks>Answers and blocks are kept in the person's own room, so that all their devices know them.</remarks>
public sealed class ContactRequests : IDisposable
{
    private readonly PersonId _me;
    private readonly NodeStore _nodes;
    private readonly MembershipViews _views;
    private readonly RoleHolder _role;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Bell _changed = new();
    private readonly IDisposable _listening;
    private readonly CancellationTokenSource _ending = new();

    internal ContactRequests(ParleyOptions options, NodeStore nodes, MembershipViews views, RoleHolder role)
    {
        _me = options.Signer.Person;
        _nodes = nodes;
        _views = views;
        _role = role;
        _time = options.Time;
        _log = options.Logging.CreateLogger("Parley.Access");
        _listening = nodes.Listen(advance =>
        {
            if (advance.TouchesSchema(Schemas.Knock) || advance.TouchesSchema(Schemas.KnockAnswer) || advance.TouchesSchema(Schemas.Block) || advance.TouchesSchema(Advance.MembershipSchema))
            {
                _changed.Ring();
            }
        });
    }

    /// <summary>The requests without an answer, oldest first.</summary>
    public Live<IReadOnlyList<ContactRequest>> All { get; } = new([]);

    /// <summary>Whom I block, by id.</summary>
    public Live<IReadOnlyList<PersonId>> Blocked { get; } = new([]);

    /// <summary>Hides everything that a person made, in every room and on all my devices; they are not told. Throws <see cref="ParleyException"/>: Storage.</summary>
    /// <remarks>It is still received and kept, so that <see cref="UnblockAsync"/> shows it again. Their name stays.</remarks>
    public async Task BlockAsync(PersonId person, CancellationToken cancellationToken = default)
    {
        if (person == _me)
        {
            throw new ArgumentException("Nobody blocks themselves.", nameof(person));
        }

        if ((await BlocksAsync(cancellationToken).ConfigureAwait(false)).Any(block => block.Text("person") == person.Value))
        {
            return;
        }

        var draft = new NodeDraft { SchemaId = Schemas.Block, Properties = JsonValue.Object(("person", JsonValue.Of(person.Value))) };
        await _nodes.WriteAsync([draft], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Shows a person again. Throws <see cref="ParleyException"/>: Storage.</summary>
    public async Task UnblockAsync(PersonId person, CancellationToken cancellationToken = default)
    {
        var blocks = await BlocksAsync(cancellationToken).ConfigureAwait(false);
        var drafts = blocks.Where(block => block.Text("person") == person.Value).Select(block => new NodeDraft
        {
            Node = block.Id,
            SchemaId = Schemas.Block,
            Properties = JsonValue.Object(("lifted", JsonValue.True)),
        });
        await _nodes.WriteAsync([.. drafts], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes part: its messages come from now on. Throws <see cref="ParleyException"/>: Storage.</summary>
    public Task AcceptAsync(ContactRequest request, CancellationToken cancellationToken = default) => AnswerAsync(request, "accepted", cancellationToken);

    /// <summary>Takes no part; the other side is not told. Throws <see cref="ParleyException"/>: Storage.</summary>
    public Task DeclineAsync(ContactRequest request, CancellationToken cancellationToken = default) => AnswerAsync(request, "declined", cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _listening.Dispose();
        if (!_ending.IsCancellationRequested)
        {
            _ending.Cancel();
            _ending.Dispose();
        }
    }

    /// <summary>Begins to look; the store is open.</summary>
    internal void Start()
    {
        _changed.Ring();
        _ = RunAsync(_ending.Token);
    }

    private Task<IReadOnlyList<NodeId>> AnswerAsync(ContactRequest request, string answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var draft = new NodeDraft
        {
            SchemaId = Schemas.KnockAnswer,
            Properties = JsonValue.Object(("domain", JsonValue.Of(request.Domain.Value)), ("answer", JsonValue.Of(answer))),
        };
        return _nodes.WriteAsync([draft], cancellationToken);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _changed.WaitAsync(null, _time, cancellationToken).ConfigureAwait(false);
                await LookAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (ParleyException failure)
            {
                // The next knock is looked at again.
                SyncLog.StoreFailed(_log, failure);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var found = await _nodes.FindAsync(NodeQuery.Of(Schemas.Knock).Where("to", _me.Value).Take(NodeQuery.LimitMax), cancellationToken).ConfigureAwait(false);
        var answered = await _nodes.FindAsync(NodeQuery.Of(Schemas.KnockAnswer).Take(NodeQuery.LimitMax), cancellationToken).ConfigureAwait(false);
        var answers = answered.Where(a => a.CreatedBy == _me).GroupBy(a => a.Text("domain")).ToDictionary(g => g.Key!, g => g.Last(), StringComparer.Ordinal);
        var open = new List<ContactRequest>();
        foreach (var knock in found.Where(k => k.Room == RoomNames.Knock(_me)))
        {
            var domain = new NodeId(knock.Text("domain")!);
            var state = _views.Of(domain).Value;
            var answer = answers.GetValueOrDefault(domain.Value) is { } given && given.CreatedAt >= knock.CreatedAt ? given.Text("answer") : null;
            if (AccessDomains.KindOf(domain) is null || state.Role is not null || answer == "declined" || open.Exists(o => o.Domain == domain))
            {
                continue;
            }

            // Who was in and left is asked again: an old knock brings nobody back. My own are of another device of mine.
            if (!state.HasLeft && (knock.CreatedBy == _me || answer == "accepted" || Meets(knock.CreatedBy)))
            {
                _role.Current.Expect(domain);
            }
            else if (answer is null && knock.CreatedBy != _me)
            {
                open.Add(new(knock.CreatedBy, domain, DateTimeOffset.FromUnixTimeMilliseconds(knock.CreatedAt)));
            }
        }

        var blocked = await BlocksAsync(cancellationToken).ConfigureAwait(false);
        List<PersonId> people = [.. blocked.Select(block => PersonId.TryParse(block.Text("person"), out var person) ? person : default).Where(p => p != default).Distinct().Order()];
        if (!people.SequenceEqual(Blocked.Value))
        {
            Blocked.Set(people);
        }

        if (!open.SequenceEqual(All.Value))
        {
            All.Set(open);
        }
    }

    private async Task<IEnumerable<Node>> BlocksAsync(CancellationToken cancellationToken)
    {
        var found = await _nodes.FindAsync(NodeQuery.Of(Schemas.Block).Where("lifted", false).Take(NodeQuery.LimitMax), cancellationToken).ConfigureAwait(false);
        return found.Where(block => block.CreatedBy == _me);
    }

    private bool Meets(PersonId person) => _views.Spaces.Value.Any(space => _views.Of(space).Value.Members.ContainsKey(person));
}
