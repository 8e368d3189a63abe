namespace Parley.Cli.Bench;

/// <summary>
/// What is written in a space of many people, for the hub and for a replica alike: 1 000 members who came in by ten invites, an open channel,
/// a private channel of a hundred of them, and one membership operation in a hundred changes.
/// </summary>
internal sealed class GovernedWork : IDisposable
{
    private const int InvitesCount = 10;
    private const int PrivateCount = 100;
    private const int BlockSize = 100;

    private readonly List<BenchPerson> _people = [];
    private readonly GovernedSpace _space;
    private readonly int _members;
    private readonly Queue<BenchPerson> _leaving = new();
    private int _written;

    private GovernedWork(int members)
    {
        _members = members;
        _space = new(Person());
    }

    /// <summary>The space; what was written in it is to be taken from it.</summary>
    public GovernedSpace Space => _space;

    /// <summary>One of its members, who is in it to stay; the owner is number 0, the private channel holds the first hundred after it.</summary>
    public BenchPerson Member(int number) => _people[number];

    /// <summary>Makes the space with its members and channels.</summary>
    public static async Task<GovernedWork> BeginAsync(int members = 1_000)
    {
        var work = new GovernedWork(members);
        var space = work._space;
        await space.BeginAsync();
        for (var i = 0; i < InvitesCount; i++)
        {
            await space.InviteAsync();
        }

        for (var i = 0; i < members; i++)
        {
            await space.AdmitAsync(work.Person());
        }

        await space.MakeOpenChannelAsync();
        await space.MakePrivateChannelAsync(Enumerable.Range(1, Math.Min(PrivateCount, members)).Select(work.Member));
        return work;
    }

    /// <summary>Messages of many people, by turns in both channels, and after every 99 an operation. With larger batches more of either in a row.</summary>
    public async Task<List<RoomChange>> ChangesAsync(int count, int batchSize, bool openOnly = false)
    {
        var block = Math.Max(BlockSize, batchSize);
        for (var i = 0; i < count; i++)
        {
            if (i % block >= block - (block / BlockSize))
            {
                await OperationAsync();
            }
            else if (openOnly || i / block % 2 == 0)
            {
                await _space.SayOpenlyAsync(Member(1 + (_written++ * 7 % _members)));
            }
            else
            {
                await _space.SayPrivatelyAsync(Member(1 + (_written++ * 7 % Math.Min(PrivateCount, _members))));
            }
        }

        return _space.Take();
    }

    /// <summary>Messages of the open channel alone.</summary>
    public async Task<List<RoomChange>> MessagesAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _space.SayOpenlyAsync(Member(1 + (_written++ % _members)));
        }

        return _space.Take();
    }

    /// <summary>Operations alone.</summary>
    public async Task<List<RoomChange>> OperationsAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await OperationAsync();
        }

        return _space.Take();
    }

    public void Dispose()
    {
        _space.Dispose();
        _people.ForEach(static person => person.Dispose());
    }

    // Somebody comes in, and is removed with the next one: the space stays as large as it is.
    private async Task OperationAsync()
    {
        if (_leaving.TryDequeue(out var person))
        {
            await _space.RemoveAsync(person.Id);
            return;
        }

        _leaving.Enqueue(Person());
        await _space.AdmitAsync(_leaving.Peek());
    }

    private BenchPerson Person()
    {
        var person = new BenchPerson();
        _people.Add(person);
        return person;
    }
}
