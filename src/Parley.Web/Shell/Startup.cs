using System.Security.Cryptography;
using Parley.Browser.Keys;
using Parley.Browser.Lifecycle;
using Parley.Browser.Memory;
using Parley.Browser.Storage;
using Parley.Browser.Tabs;
using Parley.Browser.WebRtc;
using Parley.Identity;
using Parley.Web.Access;
using Parley.Web.Identity;

namespace Parley.Web.Shell;

/// <summary>Where the app stands on its way to being ready.</summary>
public enum StartPhase
{
    /// <summary>Looking for a key and opening the store; the page's skeleton stands.</summary>
    Opening,
    /// <summary>Nobody was here before: the first run's card.</summary>
    Welcome,
    /// <summary>The session is open.</summary>
    Ready,
    /// <summary>It cannot go on; see <see cref="Startup.Failure"/>.</summary>
    Failed,
}

/// <summary>Brings a tab from nothing to an open session: key, tabs, store, client, space.</summary>
public sealed class Startup(Session session, BrowserKeys keys, IDeviceMemory memory, HubAddress hub, BrowserLifecycle lifecycle, InviteAtHand invite, PairingAtHand pairing)
{
    private readonly LiveValue<StartPhase> _phase = new(StartPhase.Opening);

    /// <summary>Where it stands.</summary>
    public Live<StartPhase> Phase => _phase;

    /// <summary>Why it cannot go on.</summary>
    public ParleyException? Failure { get; private set; }

    /// <summary>Opens the session of the person whose key is here, or asks for the first run's card.</summary>
    public async Task StartAsync()
    {
        try
        {
            invite.Take(lifecycle);
            pairing.Take(lifecycle);
            if (await keys.FindAsync() is not { } key)
            {
                _phase.Show(StartPhase.Welcome);
                return;
            }

            await OpenAsync(key, name: null, isNew: false);
        }
        catch (ParleyException exception)
        {
            Failure = exception;
            _phase.Show(StartPhase.Failed);
        }
    }

    /// <summary>Makes the person of this browser and opens the session. Throws <see cref="ParleyException"/> as keys and store do.</summary>
    /// <param name="name">What people shall call them; null where their other devices say.</param>
    /// <param name="secret">What their key is made of, where they were here before; null makes new words. The caller's to dispose.</param>
    /// <param name="backedUp">True where they typed it in: they have it.</param>
    public async Task BeginAsync(string? name, KeySecret? secret, bool backedUp)
    {
        using var made = secret is null ? KeySecret.FromWords(RecoveryPhrase.FromEntropy(RandomNumberGenerator.GetBytes(RecoveryPhrase.EntropyBytes))) : null;
        await OpenAsync(await keys.CreateAsync(secret ?? made!, backedUp), name, isNew: secret is null);
        // Once, when there is something to keep; the settings tell the answer, and ask again when asked to.
        _ = lifecycle.RequestPersistenceAsync();
    }

    private async Task OpenAsync(BrowserKey key, string? name, bool isNew)
    {
        var tabs = await BrowserTabs.OpenAsync();
        var client = await ParleyClient.OpenAsync(new ParleyOptions
        {
            Store = await BrowserStore.OpenAsync(tabs),
            Signer = key,
            Device = new(await keys.OpenDeviceAsync(), lifecycle.DeviceName()),
            Signatures = keys.Signatures,
            InviteSigner = keys.OpenSeedAsync,
            Hub = hub.Current(memory),
            Tabs = tabs,
            CallMedia = await BrowserCallMedia.LoadAsync(),
        });
        if (name is not null)
        {
            await client.Profiles.SetNameAsync(name);
        }

        // Whoever comes by an invite has a space to come into, and whoever was here before has theirs on the hub.
        if (isNew && invite.Value is null && client.Spaces.All.Value.Count == 0)
        {
            await client.Spaces.CreateAsync(Phrase.Of(Strings.Space_FirstName, name));
        }

        await session.BeginAsync(client, key.BackedUp);
        _phase.Show(StartPhase.Ready);
    }
}
