package dev.skerry.config;

import java.util.List;
import java.util.stream.Collectors;

/** The shape of {@code cluster.join}: URLs of one scheme, which those after the first may leave out. */
final class JoinUrls implements Shape<List<JoinUrl>> {
    private static final int MAX_URLS = 32;
    private static final String FORM = "cluster://HOST:PORT, etcd://HOST:PORT, redis://HOST:PORT or rediss://HOST:PORT";

    private final Shape<List<String>> texts = Shape.list(Shape.text());

    @Override
    public List<JoinUrl> read(ConfigNode node) throws BadValue {
        List<String> given = texts.read(node);
        if (given.size() > MAX_URLS) {
            throw BadValue.inside("", node.where(), given.size() + " URLs (expected: at most " + MAX_URLS + ")");
        }
        String scheme = given.isEmpty() ? "" : given.getFirst().replaceFirst("://.*", "://");
        List<JoinUrl> urls = given.stream()
                .map(text -> text.contains("://") ? text : scheme + text)
                .flatMap(text -> JoinUrl.parse(text).stream())
                .toList();
        if (urls.size() != given.size()) {
            throw BadValue.inside("", node.where(), String.join(",", given) + " (expected: " + FORM + ")");
        }
        if (urls.stream().map(JoinUrl::scheme).distinct().count() > 1) {
            throw BadValue.inside("", node.where(), String.join(",", given) + " (expected: URLs of one scheme)");
        }
        return urls;
    }

    @Override
    public ConfigNode fromText(String text, String where) {
        return texts.fromText(text, where);
    }

    @Override
    public String show(List<JoinUrl> urls) {
        return urls.stream().map(JoinUrl::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
