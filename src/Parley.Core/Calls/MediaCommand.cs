using Parley.Json;

namespace Parley.Calls;

/// <summary>What the machine wants of the media engine.</summary>
internal abstract record MediaCommand;

/// <summary>What is sent to everybody from now on.</summary>
internal sealed record SendMedia(CallMedia Media) : MediaCommand;

/// <summary>Opens a connection; one that exists to the same peer is closed first.</summary>
/// <param name="Peer">To whom.</param>
/// <param name="IsOfferer">The offerer makes the audio, camera and screen transceivers; the answerer uses those of the offer.</param>
internal sealed record OpenLink(SessionId Peer, bool IsOfferer) : MediaCommand;

/// <summary>Closes the connection to a peer.</summary>
internal sealed record CloseLink(SessionId Peer) : MediaCommand;

/// <summary>Makes an offer and sets it as the local description; answered by <see cref="CallMachine.OfferMade"/>.</summary>
internal sealed record MakeOffer(SessionId Peer, long Round, bool IsIceRestart) : MediaCommand;

/// <summary>Takes an offer, makes the answer and sets both; answered by <see cref="CallMachine.AnswerMade"/>.</summary>
internal sealed record TakeOffer(SessionId Peer, long Round, string Sdp) : MediaCommand;

/// <summary>Takes the answer as the remote description.</summary>
internal sealed record TakeAnswer(SessionId Peer, long Round, string Sdp) : MediaCommand;

/// <summary>Adds a remote candidate. The description to which it belongs was taken before.</summary>
internal sealed record AddCandidate(SessionId Peer, JsonValue Candidate) : MediaCommand;

/// <summary>What a step of <see cref="CallMachine"/> wants done, in this order.</summary>
/// <param name="Signals">To sign and publish.</param>
/// <param name="Commands">For the media engine.</param>
internal readonly record struct CallStep(IReadOnlyList<CallSignal> Signals, IReadOnlyList<MediaCommand> Commands);

/// <summary>Gathers what a step wants done.</summary>
internal sealed class CallOutput(string did)
{
    private List<CallSignal> _signals = [];
    private List<MediaCommand> _commands = [];

    /// <summary>The own DID.</summary>
    public string Did { get; } = did;

    /// <summary>False while the way to the others is down: what is said then is not kept, but said anew later.</summary>
    public bool IsSignaling { get; set; } = true;

    public void Send(CallSignal signal)
    {
        if (IsSignaling)
        {
            _signals.Add(signal);
        }
    }

    public void Do(MediaCommand command) => _commands.Add(command);

    public CallStep Take()
    {
        var step = new CallStep(_signals, _commands);
        (_signals, _commands) = ([], []);
        return step;
    }
}
