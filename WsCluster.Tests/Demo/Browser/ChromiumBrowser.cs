using Microsoft.Playwright;
using WsCluster.Tests.Kit;

namespace WsCluster.Tests.Demo.Browser;

/// <summary>The machine's own Chromium, without a window, started by the first test that needs it. Tests skip where there is none.</summary>
public sealed class ChromiumBrowser : IAsyncDisposable
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A profile of its own: what a page keeps, no other test sees.</summary>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options)
    {
        _browser ??= await StartAsync();
        return await _browser.NewContextAsync(options);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        var program = TestPaths.Find("chromium") ?? TestPaths.Find("google-chrome");
        if (program is null)
        {
            Assert.Skip("Neither chromium nor google-chrome is installed on this machine.");
        }

        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright ??= await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,

            // Runs as root in CI, without a GPU, and has no business outside of this machine.
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
    }
}
