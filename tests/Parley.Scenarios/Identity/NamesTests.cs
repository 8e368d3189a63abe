using Parley.Ids;
using Parley.Native.Storage;
using Parley.Nodes;
using Parley.Storage;
using Parley.Testing;
using Parley.Testing.Hubs;
using Xunit;

namespace Parley.Scenarios.Identity;

public sealed class NamesTests
{
    private static readonly Uri Address = new("ws://hub.test/sync");
    private static readonly NodeId s_general = RoomNames.ThreadOf(new NodeId(RoomNames.MainSpace));

    [Fact]
    public async Task A_name_that_comes_while_it_is_looked_for_is_known()
    {
        var hub = new FakeParleyHub();
        await using var ada = new Person("Ada");
        await using var bob = new Person("Bob");
        var store = new SlowAnswers(SqliteStore.InMemory(), question => question.Sql.Contains(Schemas.Profile, StringComparison.Ordinal)
            && question.Parameters.OfType<string>().Any(parameter => parameter.Contains(bob.Id.Value, StringComparison.Ordinal)));
        await ada.OpenAsync(store, Address, hub);
        await bob.OpenAsync(hub: Address, links: hub);
        ada.Client.Channels.Open(s_general);
        Assert.NotEqual("Bob the builder", ada.Client.Profiles.NameOf(bob.Id));
        await store.Answered;

        await bob.Client.Profiles.SetNameAsync("Bob the builder");

        // Commits are told one after the other: once this is here, everybody was told of the name.
        var said = await bob.Client.Channels.Open(s_general).SendAsync("I have a name now.");
        await Eventually.SeesAsync(() => ada.Client.Nodes.FindAsync(said), node => node is not null);
        store.Release();

        // Whoever asks for the name would have it read again.
        await Eventually.SeesAsync(() => ada.Client.Profiles.Version.Value, version => version > 0);
        Assert.Equal("Bob the builder", ada.Client.Profiles.NameOf(bob.Id));
    }

    /// <summary>A store whose first answer to some question takes its time.</summary>
    private sealed class SlowAnswers(ISqlDriver inner, Func<SqlStatement, bool> isSlow) : ISqlDriver
    {
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The store has answered; nobody has heard it.</summary>
        public Task Answered => _answered.Task;

        public void Release() => _released.TrySetResult();

        public async ValueTask<IReadOnlyList<SqlResult>> ReadAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default)
        {
            var answer = await inner.ReadAsync(statements, cancellationToken);
            if (statements.Any(isSlow) && _answered.TrySetResult())
            {
                await _released.Task.WaitAsync(cancellationToken);
            }

            return answer;
        }

        public ValueTask<IReadOnlyList<SqlResult>> WriteAsync(IReadOnlyList<SqlStatement> statements, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(statements, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
