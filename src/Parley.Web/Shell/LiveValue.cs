namespace Parley.Web.Shell;

/// <summary>A <see cref="Live{T}"/> whose owner sets it.</summary>
public sealed class LiveValue<T>(T value) : Live<T>(value)
{
    /// <summary>Sets the value and wakes those who follow it.</summary>
    public void Show(T value) => Set(value);
}
