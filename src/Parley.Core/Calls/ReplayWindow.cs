namespace Parley.Calls;

/// <summary>Which counters of one session were heard: the newest and the 63 before it, so that a link that reorders loses nothing.</summary>
internal struct ReplayWindow
{
    private const int Width = 64;

    private long _newest;
    private ulong _heard;

    /// <summary>True where <paramref name="counter"/> was heard, or is too old to know.</summary>
    public readonly bool Holds(long counter) =>
        counter <= _newest && (_newest - counter >= Width || (_heard >> (int)(_newest - counter) & 1) != 0);

    /// <summary>Remembers a counter that is not held.</summary>
    public void Add(long counter)
    {
        if (counter > _newest)
        {
            var step = counter - _newest;
            _heard = step >= Width ? 0 : _heard << (int)step;
            _newest = counter;
        }

        _heard |= 1UL << (int)(_newest - counter);
    }
}
