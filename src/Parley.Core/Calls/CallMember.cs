namespace Parley.Calls;

/// <summary>How another session stands, as far as is known here.</summary>
internal enum Standing
{
    /// <summary>Heard of, not heard to sit: a claimant.</summary>
    Outside,
    /// <summary>A member says that it sits; itself it was not heard.</summary>
    Rumoured,
    /// <summary>It sits.</summary>
    Seated,
    /// <summary>Its lease lapsed.</summary>
    Lapsed,
    /// <summary>It left, and never returns under this id.</summary>
    Left,
}

/// <summary>What is known of one other session. The round outlives the connection, so that old descriptions stay old.</summary>
internal sealed class CallMember(SessionId session)
{
    public SessionId Session { get; } = session;

    public Standing Standing { get; set; }

    public bool IsReference { get; set; }

    /// <summary>When the standing was last confirmed, or ended.</summary>
    public long HeardMs { get; set; }

    public long Seq { get; set; }

    public CallMedia Media { get; set; }

    /// <summary>Its newest claim; <see cref="IsClaiming"/> while that is neither settled nor withdrawn.</summary>
    public long Claim { get; set; }

    /// <summary>Its newest claim that came to an end by its own word; what is heard of it later is an echo.</summary>
    public long SettledClaim { get; set; }

    public bool IsClaiming { get; set; }

    public bool IsVideoClaimed { get; set; }

    public long ClaimMs { get; set; }

    /// <summary>We consented: the seat or camera is kept free for it.</summary>
    public bool IsGranted { get; set; }

    /// <summary>When it last consented to our own claim of that number.</summary>
    public long ConsentMs { get; set; } = long.MinValue / 2;

    public long ConsentClaim { get; set; }

    /// <summary>The newest round of offer and answer with it.</summary>
    public long Round { get; set; }

    public CallLink? Link { get; set; }

    public List<IceSignal> EarlyCandidates { get; } = [];

    public OfferSignal? EarlyOffer { get; set; }

    public bool IsCounted => Standing switch
    {
        Standing.Seated or Standing.Rumoured => true,
        Standing.Outside or Standing.Lapsed or Standing.Left => false,
    };

    /// <summary>Its claims up to this one have come to an end.</summary>
    public void Settle(long claim)
    {
        SettledClaim = Math.Max(SettledClaim, claim);
        if (claim >= Claim)
        {
            Claim = claim;
            Drop();
        }
    }

    /// <summary>Its claim is not pursued here; it may be made again.</summary>
    public void Drop()
    {
        IsClaiming = false;
        IsGranted = false;
    }
}
