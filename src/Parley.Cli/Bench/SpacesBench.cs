namespace Parley.Cli.Bench;

/// <summary>What many small spaces cost a hub in memory: each has a log of nine operations, an open channel and two messages.</summary>
internal static class SpacesBench
{
    private const int SpacesPerOwner = 500;
    private const int MembersPerSpace = 7;
    private const int People = 500;
    private const int SpacesAtOnce = 20;
    private static readonly TimeSpan RestBefore = TimeSpan.FromSeconds(2);

    /// <summary>Makes them; the hub's memory is read when it has rested.</summary>
    public static async Task<BenchResult> RunAsync(BenchRun run, int count)
    {
        var people = Enumerable.Range(0, People).Select(static _ => new BenchPerson()).ToList();
        try
        {
            var clock = run.Start();
            for (var made = 0; made < count; made += SpacesPerOwner)
            {
                using var owner = new BenchPerson();
                await using var sender = await AcknowledgedSender.ConnectAsync(run, owner);
                for (var more = Math.Min(SpacesPerOwner, count - made); more > 0; more -= SpacesAtOnce)
                {
                    await sender.SendAsync(await MakeAsync(owner, people, made + more, Math.Min(more, SpacesAtOnce)));
                }
            }

            await Task.Delay(RestBefore, run.Stopped);
            return clock.Finish($"{count} spaces with logs", count, "spaces");
        }
        finally
        {
            people.ForEach(static person => person.Dispose());
        }
    }

    private static async Task<List<RoomChange>> MakeAsync(BenchPerson owner, List<BenchPerson> people, int from, int count)
    {
        List<RoomChange> written = [];
        for (var i = 0; i < count; i++)
        {
            using var space = new GovernedSpace(owner);
            await space.BeginAsync();
            await space.InviteAsync();
            for (var member = 0; member < MembersPerSpace; member++)
            {
                await space.AdmitAsync(people[((from + i) * 3 + (member * 11)) % People]);
            }

            await space.MakeOpenChannelAsync();
            await space.SayOpenlyAsync(owner);
            await space.SayOpenlyAsync(owner);
            written.AddRange(space.Take());
        }

        return written;
    }
}
