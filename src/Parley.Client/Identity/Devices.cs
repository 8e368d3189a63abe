using Microsoft.Extensions.Logging;
using Parley.Ids;
using Parley.Json;
using Parley.Live;
using Parley.Nodes;

namespace Parley.Identity;

/// <summary>A device from which a person connects, or did.</summary>
/// <param name="Node">Its node in the person's own room.</param>
/// <param name="Key">The DID of its key.</param>
/// <param name="Name">What the person calls it.</param>
/// <param name="AddedAt">When it was added, by its own clock.</param>
/// <param name="IsThis">True for the one that this client runs on.</param>
/// <param name="IsSignedOut">True where its key opens no connection any more.</param>
public sealed record Device(NodeId Node, PersonId Key, string Name, DateTimeOffset AddedAt, bool IsThis, bool IsSignedOut);

/// <summary>The person's devices, kept in their own room so that each knows of all.</summary>
/// <remarks>
/// Signing one out ends its connections at every hub that hears of it. It takes nothing off the device: who holds it unlocked has the
/// person's key too.
/// </remarks>
public sealed class Devices : IDisposable
{
    private const int NameLengthMax = 120;

    private readonly PersonId _me;
    private readonly ThisDevice? _this;
    private readonly NodeStore _nodes;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Bell _changed = new();
    private readonly IDisposable _listening;
    private readonly CancellationTokenSource _ending = new();

    internal Devices(ParleyOptions options, NodeStore nodes)
    {
        _me = options.Signer.Person;
        _this = options.Device;
        _nodes = nodes;
        _time = options.Time;
        _log = options.Logging.CreateLogger("Parley.Identity");
        _listening = nodes.Listen(advance =>
        {
            if (advance.TouchesSchema(Schemas.Device))
            {
                _changed.Ring();
            }
        });
    }

    /// <summary>All of them, those that were signed out too, the newest first.</summary>
    public Live<IReadOnlyList<Device>> All { get; } = new([]);

    /// <summary>Gives a device another name. Throws <see cref="ParleyException"/>: Invalid (empty or too long), Storage.</summary>
    public Task RenameAsync(Device device, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(name);
        var trimmed = name.Trim();
        return trimmed.Length is 0 or > NameLengthMax
            ? throw new ParleyException(ParleyErrorCode.Invalid, "The name is empty or too long.")
            : WriteAsync(device.Node, JsonValue.Object(("name", JsonValue.Of(trimmed))), cancellationToken);
    }

    /// <summary>Signs a device out, for good: it comes back under another key only. Throws <see cref="ParleyException"/>: Storage.</summary>
    public Task SignOutAsync(Device device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        return WriteAsync(device.Node, DeviceSignOut.Properties(device.Key), cancellationToken);
    }

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

    /// <summary>Writes down that this device is there, once. Called where the store is written.</summary>
    internal async Task IntroduceAsync(CancellationToken cancellationToken)
    {
        if (_this is not { } device || (await FindAsync(cancellationToken).ConfigureAwait(false)).Any(d => d.IsThis))
        {
            return;
        }

        var name = device.Name.Trim();
        await WriteAsync(
            null,
            JsonValue.Object(
                ("device", JsonValue.Of(device.Key.Person.Value)),
                ("name", JsonValue.Of(name.Length is 0 or > NameLengthMax ? "Parley" : name))),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to look; the store is open.</summary>
    internal void Start()
    {
        _changed.Ring();
        _ = RunAsync(_ending.Token);
    }

    private Task<IReadOnlyList<NodeId>> WriteAsync(NodeId? node, JsonValue properties, CancellationToken cancellationToken) =>
        _nodes.WriteAsync([new NodeDraft { Node = node, SchemaId = Schemas.Device, Properties = properties }], cancellationToken);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _changed.WaitAsync(null, _time, cancellationToken).ConfigureAwait(false);
                var found = await FindAsync(cancellationToken).ConfigureAwait(false);
                if (!found.SequenceEqual(All.Value))
                {
                    All.Set(found);
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (ParleyException failure)
            {
                // The next change of a device asks again.
                SyncLog.StoreFailed(_log, failure);
            }
        }
    }

    private async Task<List<Device>> FindAsync(CancellationToken cancellationToken)
    {
        var query = NodeQuery.Of(Schemas.Device).OrderBy(NodeOrder.Timeline, descending: true).Take(NodeQuery.LimitMax);
        var nodes = await _nodes.FindAsync(query, cancellationToken).ConfigureAwait(false);
        var found = new List<Device>();
        foreach (var node in nodes.Where(node => node.CreatedBy == _me && node.Room == RoomNames.Author(_me)))
        {
            if (!PersonId.TryParse(node.Text("device"), out var key))
            {
                continue;
            }

            // A device that lost its store and kept its key wrote itself down twice: the older node stands for it.
            var device = new Device(
                node.Id, key, node.Text("name") ?? "", DateTimeOffset.FromUnixTimeMilliseconds(node.CreatedAt),
                key == _this?.Key.Person, node.Flag("signedOut"));
            if (found.FindIndex(d => d.Key == key) is >= 0 and var at)
            {
                found[at] = device with { IsSignedOut = device.IsSignedOut || found[at].IsSignedOut };
            }
            else
            {
                found.Add(device);
            }
        }

        return found;
    }
}
