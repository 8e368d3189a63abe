using Parley.Browser.Interop;

namespace Parley.Browser.Keys;

/// <summary>keys.js: WebCrypto and the person's key in IndexedDB. The answers' bytes are described there.</summary>
internal interface IKeysModule : IAnswers
{
    void Connect(Action<int, int> done);

    void Find(int call);

    void Create(int call, Span<byte> seed, string words, bool backedUp);

    void RevealWords(int call);

    void MarkBackedUp(int call);

    void Sign(int call, Span<byte> batch);

    void Open(int call, Span<byte> seed);

    void SignWith(int call, int handle, Span<byte> batch);

    void Close(int handle);

    void OpenDevice(int call, bool anew);

    void Forget(int call);

    void Verify(int call, Span<byte> batch);
}
