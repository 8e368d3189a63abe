namespace Parley.Browser.Interop;

/// <summary>A live value that the platform sets.</summary>
internal sealed class LiveState<T>(T value) : Live<T>(value)
{
    public void Become(T value) => Set(value);
}
