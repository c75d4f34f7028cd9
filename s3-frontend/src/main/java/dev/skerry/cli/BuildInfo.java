package dev.skerry.cli;

/** What was built: the version the build wrote into the jar. */
public final class BuildInfo {
    private BuildInfo() {}

    /** The version, such as {@code 0.1.0-SNAPSHOT}; outside of a jar there is none. */
    public static String version() {
        String version = BuildInfo.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The version of the build and of the Java it runs on, in a line for a person. */
    static String text() {
        return "skerry " + version() + " (Java " + Runtime.version() + ")";
    }
}
