using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;
using Parley.Browser.Keys;
using Parley.Browser.Lifecycle;
using Parley.Connection;
using Parley.Identity;
using Parley.Ids;
using Parley.Web.Shell;

namespace Parley.Web.Identity;

/// <summary>The two ways on for a device that was signed out: everything goes from it, or its person comes in anew. Both load the page again.</summary>
public sealed class DeviceReset(Session session, BrowserKeys keys, BrowserLifecycle page, NavigationManager navigation)
{
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromSeconds(3);

    /// <summary>Removes keys, words, history and settings from this device, in all its tabs. Throws <see cref="ParleyException"/>: Storage, StoreInUse.</summary>
    public async Task RemoveAsync()
    {
        await SayGoodbyeAsync();

        // The keys first: whatever else fails, nobody is here any more.
        await keys.ForgetAsync();
        page.AnnounceRemoval();
        if (session.IsOpen)
        {
            await session.DisposeAsync();
        }

#pragma warning disable CA1416 // The app runs in browsers only.
        await page.RemoveEverythingAsync();
#pragma warning restore CA1416
        navigation.NavigateTo(navigation.BaseUri, forceLoad: true);
    }

    /// <summary>Makes another key for this device, where these are the person's own words. False where they are somebody else's.</summary>
    /// <remarks>Throws <see cref="ParleyException"/>: Storage.</remarks>
    public async Task<bool> SignInAnewAsync(KeySecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (await PersonOfAsync(secret) != session.Client.Me)
        {
            return false;
        }

        await keys.OpenDeviceAsync(anew: true);
        navigation.NavigateTo(navigation.BaseUri, forceLoad: true);
        return true;
    }

    /// <summary>The other devices need not list one that is gone. Best effort: they can sign it out too.</summary>
    private async Task SayGoodbyeAsync()
    {
        if (!session.IsOpen || session.Client.Connection.Value.Phase != ConnectionPhase.Online
            || session.Client.Devices.All.Value.FirstOrDefault(device => device is { IsThis: true, IsSignedOut: false }) is not { } here)
        {
            return;
        }

        using var limit = new CancellationTokenSource(GoodbyePatience);
        try
        {
            await session.Client.Devices.SignOutAsync(here, limit.Token);
            await foreach (var status in session.Client.Connection.WatchAsync(limit.Token))
            {
                if (status.Phase == ConnectionPhase.SignedOut)
                {
                    return;
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ParleyException)
        {
            // It is listed until it is signed out elsewhere.
        }
    }

    /// <summary>Whose key a secret makes.</summary>
    public async Task<PersonId> PersonOfAsync(KeySecret secret)
    {
        var signer = await OpenAsync(secret);
        (signer as IDisposable)?.Dispose();
        return signer.Person;
    }

    /// <summary>The key that a secret makes, for this page alone.</summary>
    public async Task<ISigner> OpenAsync(KeySecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var seed = secret.ToSeed();
        try
        {
            return await keys.OpenSeedAsync(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
