using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;
using Parley.Testing;
using Xunit;

// Two cores hold about two browsers; one walk at a time keeps their timing honest.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(ParleyExecutable))]
[assembly: TestLimit(seconds: 240, longSeconds: 900)]
