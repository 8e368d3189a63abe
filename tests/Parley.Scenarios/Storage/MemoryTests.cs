using Parley.Native.Storage;
using Parley.Storage;
using Parley.Testing.Contracts;

namespace Parley.Scenarios.Storage;

public sealed class MemoryDriverTests : SqlDriverContract
{
    protected override Task<ISqlDriver> OpenAsync() => Task.FromResult<ISqlDriver>(SqliteStore.InMemory());
}

public sealed class MemoryNodeStoreTests : NodeStoreContract
{
    protected override Task<ISqlDriver> OpenAsync() => Task.FromResult<ISqlDriver>(SqliteStore.InMemory());
}
