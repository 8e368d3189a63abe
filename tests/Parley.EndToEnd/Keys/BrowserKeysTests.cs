using System.Text;
using Parley.Browser.Keys;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Parley.Identity;
using Parley.Native.Identity;
using Xunit;

namespace Parley.EndToEnd.Keys;

/// <summary>keys.js in Chromium against libsodium in this process.</summary>
public sealed class BrowserKeysTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    private static readonly RecoveryPhrase Phrase = RecoveryPhrase.FromEntropy([.. Enumerable.Range(1, 32).Select(each => (byte)each)]);
    private static readonly RecoveryPhrase OtherPhrase = RecoveryPhrase.FromEntropy(new byte[32]);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_key_of_the_words_signs_as_a_process_does_and_is_there_after_a_reload()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var keys = Open(page);
        var native = new SodiumSigner(Phrase.ToSeed());
        var messages = new ReadOnlyMemory<byte>[] { Encoding.UTF8.GetBytes("one"), Array.Empty<byte>(), new byte[100_000] };

        Assert.Null(await page.RunAsync(() => keys.FindAsync(Ending), Ending));
        var made = await page.RunAsync(() => keys.CreateAsync(Phrase, cancellationToken: Ending), Ending);
        Assert.Equal(native.Person, made.Person);
        Assert.False(made.BackedUp);
        Assert.Equal(await native.SignAsync(messages, Ending), await page.RunAsync(() => made.SignAsync(messages, Ending).AsTask(), Ending));

        await page.Page.ReloadAsync();
        await page.Page.WaitForFunctionAsync("() => globalThis.harness");
        keys = Open(page);
        var found = await page.RunAsync(() => keys.FindAsync(Ending), Ending);
        Assert.Equal(native.Person, found!.Person);
        Assert.Equal(await native.SignAsync(messages, Ending), await page.RunAsync(() => found.SignAsync(messages, Ending).AsTask(), Ending));
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task The_words_come_back_and_backing_up_is_remembered()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var keys = Open(page);
        await page.RunAsync(() => keys.CreateAsync(Phrase, cancellationToken: Ending), Ending);

        Assert.Equal(Phrase.ToString(), await page.RunAsync(() => keys.RevealWordsAsync(Ending), Ending));
        await page.RunAsync(async () =>
        {
            await keys.MarkBackedUpAsync(Ending);
            return true;
        }, Ending);

        var secondTab = await ModulePage.OpenAsync(browser.Context, server);
        var found = await secondTab.RunAsync(() => Open(secondTab).FindAsync(Ending), Ending);
        Assert.True(found!.BackedUp);
    }

    [Fact]
    public async Task The_key_of_an_invites_secret_is_the_one_that_a_process_makes_and_needs_no_person()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var keys = Open(page);
        ReadOnlyMemory<byte>[] messages = [Encoding.UTF8.GetBytes("let me in"), Array.Empty<byte>()];
        byte[][] seeds = [[.. Enumerable.Range(7, 32).Select(each => (byte)each)], new byte[32]];

        foreach (var seed in seeds)
        {
            using var native = new SodiumSigner(seed);
            var opened = await page.RunAsync(() => keys.OpenSeedAsync(seed, Ending).AsTask(), Ending);
            Assert.Equal(native.Person, opened.Person);
            Assert.Equal(await native.SignAsync(messages, Ending), await page.RunAsync(() => opened.SignAsync(messages, Ending).AsTask(), Ending));
            ((IDisposable)opened).Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await opened.SignAsync(messages, Ending));
        }

        // Nobody is here by that: it was an invite's key, no person's.
        Assert.Null(await page.RunAsync(() => keys.FindAsync(Ending), Ending));
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task A_device_has_one_key_for_all_its_tabs_until_it_is_made_anew_or_forgotten()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var secondTab = await ModulePage.OpenAsync(browser.Context, server);
        var (keys, keysOfSecond) = (Open(page), Open(secondTab));

        var first = await page.RunAsync(() => keys.OpenDeviceAsync(cancellationToken: Ending).AsTask(), Ending);
        var same = await secondTab.RunAsync(() => keysOfSecond.OpenDeviceAsync(cancellationToken: Ending).AsTask(), Ending);
        var anew = await page.RunAsync(() => keys.OpenDeviceAsync(anew: true, Ending).AsTask(), Ending);

        Assert.Equal(first.Person, same.Person);
        Assert.NotEqual(first.Person, anew.Person);
        ReadOnlyMemory<byte> message = Encoding.UTF8.GetBytes("it is me");
        var signature = (await page.RunAsync(() => anew.SignAsync(new[] { message }, Ending).AsTask(), Ending))[0];
        Assert.True(SodiumSignatures.Verify(new SignatureCheck(anew.Person.PublicKey(), message, signature)));

        await page.RunAsync(() => keys.CreateAsync(Phrase, cancellationToken: Ending), Ending);
        await page.RunAsync(async () =>
        {
            await keys.ForgetAsync(Ending);
            return true;
        }, Ending);
        Assert.Null(await secondTab.RunAsync(() => keysOfSecond.FindAsync(Ending), Ending));
        var last = await secondTab.RunAsync(() => keysOfSecond.OpenDeviceAsync(cancellationToken: Ending).AsTask(), Ending);
        Assert.NotEqual(anew.Person, last.Person);
        browser.Console.AssertClean();
    }

    [Fact]
    public async Task What_a_key_from_elsewhere_was_made_of_comes_back_as_it_was()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var keys = Open(page);
        using var secret = KeySecret.From(KeyOrigin.OldBundle, [.. Enumerable.Range(9, 32).Select(each => (byte)each)]);

        var made = await page.RunAsync(() => keys.CreateAsync(secret, backedUp: true, Ending), Ending);
        using var kept = await page.RunAsync(() => keys.RevealAsync(Ending), Ending);

        using var native = SodiumSigner.Of(secret);
        Assert.Equal(native.Person, made.Person);
        Assert.True(kept.SameAs(secret));
        Assert.Null(await page.RunAsync(() => keys.RevealWordsAsync(Ending), Ending));
    }

    [Fact]
    public async Task Nothing_in_the_database_can_be_exported_or_read()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var keys = Open(page);
        await page.RunAsync(() => keys.CreateAsync(Phrase, cancellationToken: Ending), Ending);

        var kept = await page.Page.EvaluateAsync<string[]>("""
            async () => {
              const database = await new Promise(resolve => { const open = indexedDB.open('parley-keys'); open.onsuccess = () => resolve(open.result); });
              const record = await new Promise(resolve => { const get = database.transaction('keys').objectStore('keys').get('me'); get.onsuccess = () => resolve(get.result); });
              const refused = async key => { for (const format of ['pkcs8', 'jwk', 'raw']) { try { await crypto.subtle.exportKey(format, key); return 'exported'; } catch { /* as it must be */ } } return 'refused'; };
              return [await refused(record.signing), await refused(record.sealing), new TextDecoder().decode(record.words), Object.keys(record).sort().join()];
            }
            """);

        Assert.Equal(["refused", "refused"], kept[..2]);
        Assert.DoesNotContain(Phrase.Words[0], kept[2], StringComparison.Ordinal);
        Assert.Equal("backedUp,iv,publicKey,sealing,signing,words", kept[3]);
    }

    [Fact]
    public async Task Two_tabs_that_make_a_key_at_once_end_as_one_person()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var (one, other) = (await ModulePage.OpenAsync(browser.Context, server), await ModulePage.OpenAsync(browser.Context, server));

        var made = await Task.WhenAll(
            one.RunAsync(() => Open(one).CreateAsync(Phrase, cancellationToken: Ending), Ending),
            other.RunAsync(() => Open(other).CreateAsync(OtherPhrase, cancellationToken: Ending), Ending));

        Assert.Equal(made[0].Person, made[1].Person);
    }

    [Fact]
    public async Task Signatures_are_judged_as_libsodium_judges_them()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var keys = Open(page);
        var checks = await SomeChecksAsync();

        var browserSays = await page.RunAsync(() => keys.Signatures.VerifyAsync(checks, Ending).AsTask(), Ending);

        Assert.Equal(await SodiumSignatures.Instance.VerifyAsync(checks, Ending), browserSays);
        Assert.Equal([true, false, false, false, false, false, false, true], browserSays);
    }

    [Fact]
    public async Task A_key_under_which_one_signature_fits_many_messages_is_refused_as_libsodium_refuses_it()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        var page = await ModulePage.OpenAsync(browser.Context, server);
        var keys = Open(page);
        // With S = 0 the equation is R = −k·A: of points of small order some pair fits about every eighth message.
        var checks = (from key in SmallOrderPoints()
                      from first in SmallOrderPoints()
                      from message in Enumerable.Range(0, 16)
                      select new SignatureCheck(key, new[] { (byte)message }, (byte[])[.. first, .. new byte[32]])).ToArray();

        Assert.DoesNotContain(true, await SodiumSignatures.Instance.VerifyAsync(checks, Ending));
        Assert.DoesNotContain(true, await page.RunAsync(() => keys.Signatures.VerifyAsync(checks, Ending).AsTask(), Ending));
    }

    [Fact]
    public async Task Without_Ed25519_the_keys_say_unsupported()
    {
        await using var browser = await BrowserProfile.OpenAsync(chromium);
        await browser.Context.AddInitScriptAsync("""
            const generateKey = SubtleCrypto.prototype.generateKey;
            SubtleCrypto.prototype.generateKey = function (algorithm, ...rest) {
              return algorithm === 'Ed25519' ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')) : generateKey.call(this, algorithm, ...rest);
            };
            """);
        var page = await ModulePage.OpenAsync(browser.Context, server);

        var failure = await Assert.ThrowsAsync<ParleyException>(() => page.RunAsync(() => Open(page).FindAsync(Ending), Ending));

        Assert.Equal(ParleyErrorCode.Unsupported, failure.Code);
    }

    private static BrowserKeys Open(ModulePage page) => new(new PageKeysModule(page));

    private static async Task<SignatureCheck[]> SomeChecksAsync()
    {
        var signer = new SodiumSigner(Phrase.ToSeed());
        var message = Encoding.UTF8.GetBytes("a message");
        var signature = (await signer.SignAsync(new ReadOnlyMemory<byte>[] { message }, Ending))[0];
        var (key, stranger) = (signer.Person.PublicKey(), new SodiumSigner(OtherPhrase.ToSeed()).Person.PublicKey());
        byte[] forged = [.. signature];
        forged[10] ^= 1;
        var good = new SignatureCheck(key, message, signature);
        return
        [
            good,
            good with { Signature = forged },
            good with { Message = Encoding.UTF8.GetBytes("another message") },
            good with { PublicKey = stranger },
            good with { PublicKey = key.AsMemory(1) },
            good with { Signature = signature.AsMemory(1) },
            good with { PublicKey = Enumerable.Repeat((byte)0xff, 32).ToArray() },
            good,
        ];
    }

    private static IEnumerable<byte[]> SmallOrderPoints()
    {
        foreach (var y in new[]
        {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            // Not below the prime: a second spelling of the first two.
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        })
        {
            var point = Convert.FromHexString(y);
            yield return point;
            byte[] mirrored = [.. point];
            mirrored[31] |= 0x80;
            yield return mirrored;
        }
    }
}
