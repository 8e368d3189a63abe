using System.Threading.Channels;
using Microsoft.Playwright;
using Parley.Browser.WebRtc;
using Parley.Calls;
using Parley.EndToEnd.Browsers;
using Parley.EndToEnd.Modules;
using Parley.Json;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Calls;

/// <summary>webrtc.js towards a peer that is none of Parley's: it offers a voice alone, and never offers again.</summary>
public sealed class PlainPeerTests(Chromium chromium, ModuleServer server) : IClassFixture<ModuleServer>
{
    private const string Script = """
        globalThis.plain = {
          peer: new RTCPeerConnection(), early: [],
          async describe(description) {
            await this.peer.setLocalDescription(description);
            if (this.peer.iceGatheringState !== 'complete') {
              await new Promise(resolve => this.peer.onicegatheringstatechange = () => this.peer.iceGatheringState === 'complete' && resolve());
            }
            return this.peer.localDescription.sdp;
          },
          async offer() {
            const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
            this.peer.addTrack(stream.getAudioTracks()[0], stream);
            return this.describe(await this.peer.createOffer());
          },
          async take(type, sdp) {
            await this.peer.setRemoteDescription({ type, sdp });
            for (const candidate of this.early.splice(0)) await this.peer.addIceCandidate(candidate);
            return type === 'offer' ? this.describe(await this.peer.createAnswer()) : '';
          },
          async candidate(candidate) {
            if (this.peer.remoteDescription) await this.peer.addIceCandidate(candidate);
            else this.early.push(candidate);
          },
          async pictures() {
            return [...(await this.peer.getStats()).values()].filter(report => report.type === 'inbound-rtp' && report.kind === 'video' && report.framesDecoded > 5).length;
          },
        };
        """;

    [Trait("weak-spot", "W24")]
    [Fact]
    public async Task It_is_asked_once_and_sees_a_screen_and_a_camera()
    {
        Assert.True(SessionId.TryParse("0plain", out var peer));
        await using var browser = await BrowserProfile.OpenAsync(chromium, hasDevices: true);
        var modules = await ModulePage.OpenAsync(browser.Context, server);
        var page = modules.Page;
        await page.EvaluateAsync(Script);
        var facts = Channel.CreateUnbounded<MediaFact>();
        var needed = 0;
        await using (var media = new BrowserCallMedia(new PageWebRtcModule(modules), fact => facts.Writer.TryWrite(fact)))
        {
            var passing = PassOnAsync();
            Assert.Null(await media.GetUserMediaAsync(MediaSource.Microphone, TestContext.Current.CancellationToken));
            media.ReplaceTracks(new(Audio: true));
            media.CreatePeerConnection(peer, isOfferer: false);
            media.CreateAnswer(peer, 1, await page.EvaluateAsync<string>("() => plain.offer()"));
            await page.WaitForFunctionAsync("() => plain.peer.connectionState === 'connected'");

            // The screen first: its line must not be taken for the camera's.
            Assert.Null(await media.GetDisplayMediaAsync(TestContext.Current.CancellationToken));
            media.ReplaceTracks(new(Audio: true, Screen: true));
            await PicturesAsync(1);
            Assert.Null(await media.GetUserMediaAsync(MediaSource.Camera, TestContext.Current.CancellationToken));
            media.ReplaceTracks(new(Audio: true, Video: true, Screen: true));
            await PicturesAsync(2);
            Assert.Equal(1, needed);
            facts.Writer.Complete();
            await passing;

            async Task PassOnAsync()
            {
                await foreach (var fact in facts.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
                {
                    switch (fact)
                    {
                        case AnswerCreated answer:
                            await page.EvaluateAsync("sdp => plain.take('answer', sdp)", answer.Sdp);
                            break;
                        case OfferCreated offer:
                            media.SetRemoteDescription(peer, await page.EvaluateAsync<string>("sdp => plain.take('offer', sdp)", offer.Sdp));
                            break;
                        case IceCandidateFound found:
                            await page.EvaluateAsync("json => plain.candidate(JSON.parse(json))", CanonicalJson.ToText(found.Candidate));
                            break;
                        case NegotiationNeeded:
                            media.CreateOffer(peer, 1 + ++needed, iceRestart: false);
                            break;
                        default:
                            break;
                    }
                }
            }
        }

        browser.Console.AssertClean();

        Task PicturesAsync(int count) => Eventually.SeesAsync(() => page.EvaluateAsync<int>("() => plain.pictures()"), seen => seen == count, TimeSpan.FromSeconds(60));
    }
}
