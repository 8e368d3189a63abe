using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Parley.Browser.Formats;
using Parley.Browser.Keys;
using Parley.Browser.Lifecycle;
using Parley.Browser.Memory;
using Parley.Web;
using Parley.Web.Access;
using Parley.Web.Chat;
using Parley.Web.Settings;
using Parley.Web.Shell;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
builder.RootComponents.Add<HeadOutlet>("head::after");

var services = builder.Services;
services.AddSingleton(TimeProvider.System);
services.AddSingleton(await BrowserFormats.OpenAsync());
services.AddSingleton(await BrowserLifecycle.OpenAsync());
services.AddSingleton(await BrowserKeys.OpenAsync());
services.AddSingleton<IDeviceMemory, BrowserMemory>();
services.AddSingleton<ICalendar, BrowserCalendar>();
services.AddSingleton(new HubAddress(new Uri(builder.HostEnvironment.BaseAddress)));
services.AddSingleton<Appearance>();
services.AddSingleton<Drafts>();
services.AddSingleton<InviteAtHand>();
services.AddSingleton<ShellState>();
services.AddSingleton<Session>();
services.AddSingleton<Startup>();

var app = builder.Build();
var lifecycle = app.Services.GetRequiredService<BrowserLifecycle>();
_ = lifecycle.RegisterServiceWorkerAsync();
await app.RunAsync();
