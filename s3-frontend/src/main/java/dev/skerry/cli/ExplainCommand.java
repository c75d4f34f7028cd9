package dev.skerry.cli;

import dev.skerry.server.AccessQuestion;
import java.io.PrintWriter;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skerry explain}. */
@Command(
        name = "explain",
        description = "Says why a request would be allowed or denied, as the running server decides it.",
        footer = {
            "",
            "For example: skerry explain --identity anna s3:GetObject photos/2024/a.jpg",
            "Give it the settings the server was started with; it is asked in root's name."
        })
final class ExplainCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final SettingsOptions options = new SettingsOptions();

    @Parameters(index = "0", paramLabel = "ACTION", description = "As policies name it, such as s3:GetObject.")
    private String action = "";

    @Parameters(
            index = "1",
            paramLabel = "BUCKET[/KEY]",
            description = "With a key for an action on objects, without for one on buckets.")
    private String resource = "";

    @Option(
            names = "--identity",
            paramLabel = "NAME",
            description = "Who would ask, by its name in the configuration (default: anonymous, who signs nothing).")
    private String identity = "anonymous";

    @Option(names = "--version-id", paramLabel = "ID", description = "Which version (default: the current one).")
    private @Nullable String versionId;

    @Option(
            names = "--condition",
            paramLabel = "KEY=VALUE",
            description = "What the request would bring, such as aws:SourceIp=192.0.2.1; repeat it for several.")
    private final Map<String, String> conditions = new LinkedHashMap<>();

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Where the server answers (default: where its settings say, on this machine).")
    private @Nullable URI server;

    @Override
    public void run() {
        int slash = resource.indexOf('/');
        AccessQuestion question = new AccessQuestion(
                identity,
                action,
                slash < 0 ? resource : resource.substring(0, slash),
                slash < 0 ? null : resource.substring(slash + 1),
                versionId,
                conditions);
        Map<String, String> answer = question.ask(options.load().settings(), server);
        PrintWriter out = spec.commandLine().getOut();
        boolean allowed = Boolean.parseBoolean(answer.remove("allowed"));
        out.println((allowed ? "allowed: " : "denied: ") + answer.remove("reason"));
        answer.forEach((name, value) -> out.printf("  %-24s %s%n", name, value));
        out.flush();
    }
}
