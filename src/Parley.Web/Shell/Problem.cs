
namespace Parley.Web.Shell;

/// <summary>What a failure means for the person, in one sentence. The exception's own message is for developers.</summary>
public static class Problem
{
    /// <summary>The sentence for a failure.</summary>
    public static string Sentence(ParleyException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Code switch
        {
            ParleyErrorCode.Storage => Strings.Problem_Storage,
            ParleyErrorCode.Disconnected or ParleyErrorCode.Timeout => Strings.Problem_Disconnected,
            ParleyErrorCode.Forbidden => Strings.Problem_Forbidden,
            ParleyErrorCode.Invalid => Strings.Problem_Invalid,
            ParleyErrorCode.NotFound => Strings.Problem_NotFound,
            ParleyErrorCode.Quota => Strings.Problem_Quota,
            ParleyErrorCode.Unsupported => Strings.Problem_Unsupported,
            ParleyErrorCode.NewerStore => Strings.Problem_NewerStore,
            ParleyErrorCode.StoreInUse => Strings.Problem_StoreInUse,
            ParleyErrorCode.SignedOut => Strings.SignedOut_Sentence,
            ParleyErrorCode.Incompatible => Phrase.Of(Strings.Problem_Other, failure.Code),
        };
    }
}
