package dev.skerry.cli;

import picocli.CommandLine.IVersionProvider;

/** What was built: the version the build wrote into the jar. */
public final class BuildInfo implements IVersionProvider {
    /** For picocli. */
    public BuildInfo() {}

    /** The version, such as {@code 0.1.0-SNAPSHOT}; outside of a jar there is none. */
    public static String version() {
        String version = BuildInfo.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"skerry " + version() + " (Java " + Runtime.version() + ")"};
    }
}
