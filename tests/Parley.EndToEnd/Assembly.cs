using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;
using Xunit;

// Two cores hold about two browsers; one walk at a time keeps their timing honest.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(ParleyExecutable))]
