using Parley.Browser.Memory;
using Parley.Ids;

namespace Parley.Web.Chat;

/// <summary>What was typed and not yet sent, by channel, kept on this device.</summary>
public sealed class Drafts(IDeviceMemory memory)
{
    private static string Key(NodeId channel) => "draft:" + channel.Value;

    /// <summary>The draft of a channel; empty where there is none.</summary>
    public string this[NodeId channel]
    {
        get => memory.Get(Key(channel)) ?? "";
        set => memory.Set(Key(channel), string.IsNullOrWhiteSpace(value) ? null : value);
    }
}
