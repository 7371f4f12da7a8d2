using System.Net;
using System.Net.Http.Headers;
using Latchkey.Gateway.DataPath.Forward;

namespace Latchkey.Gateway.Benchmarks.Steps;

internal static class ForwardSteps
{
    public static IEnumerable<Step> All()
    {
        var clock = new StillClock();
        var http = Call.Http();
        var request = Call.Accepted(clock, http, 1_000);
        var upstream = Upstream.Parse("https://api.anthropic.com");
        yield return new Step("forward: request to the upstream", () =>
        {
            using var message = UpstreamRequest.Of(http.Request, request, upstream);
            return message;
        });

        var standing = new Authorization(clock).LetIn().Standing;
        var answer = Answer();
        yield return new Step("forward: head of the answer", () =>
        {
            http.Response.Headers.Clear();
            AnswerHead.Write(http.Response, answer, standing, Call.Id);
            return http.Response;
        });
    }

    private static HttpResponseMessage Answer()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
        answer.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("text/event-stream; charset=utf-8");
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["request-id"] = "req_011CabcdEFGHijklMNOPqrst",
            ["anthropic-organization-id"] = "0b4f2a52-7d2c-4f0e-9a37-3c1d7f1f0a11",
            ["anthropic-ratelimit-requests-limit"] = "4000",
            ["anthropic-ratelimit-requests-remaining"] = "3999",
            ["cf-ray"] = "9a1b2c3d4e5f6a7b-FRA",
            ["server"] = "cloudflare",
        })
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }
}
