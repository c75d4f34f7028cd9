package dev.skerry.blobapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Holds the API's description and its router against each other. */
class DescriptionTest {
    private static final Set<String> METHODS = Set.of("get", "put", "head", "delete", "post");

    private final JsonNode description = read();

    @Test
    void everyRouteIsDescribedAtEveryRootAndNothingElseIs() {
        Set<String> described = new TreeSet<>();
        description.get("paths").properties().forEach(path -> {
            JsonNode servers =
                    path.getValue().has("servers") ? path.getValue().get("servers") : description.get("servers");
            for (JsonNode server : servers) {
                URI url = URI.create(server.get("url").asText());
                Resource.Mount mount = url.getPort() == 9000 ? Resource.Mount.S3_PORT : Resource.Mount.NATIVE_LISTENER;
                methods(path.getValue())
                        .forEach(method -> described.add(
                                mount + " " + method.toUpperCase(Locale.ROOT) + " " + url.getPath() + path.getKey()));
            }
        });
        Set<String> routed = new TreeSet<>();
        for (Resource.Mount mount : Resource.Mount.values()) {
            for (Route route : Route.values()) {
                route.resource()
                        .templates(mount)
                        .forEach(template -> routed.add(mount + " " + route.method() + " " + template));
            }
        }
        assertThat(described).isEqualTo(routed);
    }

    @Test
    void everyCallTakesTheParametersDescribed() {
        description
                .get("paths")
                .properties()
                .forEach(path -> methods(path.getValue()).forEach(method -> {
                    Resource resource = resource(path.getKey());
                    Set<String> taken = Arrays.stream(Route.values())
                            .filter(route -> route.resource() == resource
                                    && route.method().equalsIgnoreCase(method))
                            .flatMap(route -> route.parameters().stream())
                            .collect(Collectors.toCollection(TreeSet::new));
                    assertThat(queryParameters(path.getValue().get(method)))
                            .as("%s %s", method, path.getKey())
                            .isEqualTo(taken);
                }));
    }

    @Test
    void everyPathVariableIsDescribed() {
        description.get("paths").properties().forEach(path -> {
            boolean variable = path.getKey().contains("{");
            assertThat(path.getValue().has("parameters")).as(path.getKey()).isEqualTo(variable);
        });
    }

    @Test
    void everyErrorCodeIsDescribed() {
        JsonNode codes = description.at("/components/schemas/Error/properties/error/properties/code/enum");
        assertThat(StreamSupport.stream(codes.spliterator(), false).map(JsonNode::asText))
                .containsExactlyElementsOf(Arrays.stream(ApiErrorCode.values())
                        .map(ApiErrorCode::wireName)
                        .toList());
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<JsonNode> references = description.findValues("$ref");
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                description.at(reference.asText().substring(1)).isMissingNode())
                        .as(reference.asText())
                        .isFalse());
    }

    @Test
    void operationsHaveNamesOfTheirOwn() {
        Set<String> names = new HashSet<>();
        description
                .get("paths")
                .forEach(path -> methods(path).forEach(method -> {
                    String name = path.get(method).get("operationId").asText();
                    assertThat(names.add(name)).as(name).isTrue();
                }));
        for (Route route : Route.values()) {
            if (route != Route.LIST_VERSIONS) {
                assertThat(names).contains(route.operation());
            }
        }
    }

    private Set<String> queryParameters(JsonNode operation) {
        Set<String> names = new TreeSet<>();
        if (operation.has("parameters")) {
            for (JsonNode parameter : operation.get("parameters")) {
                JsonNode resolved = parameter.has("$ref")
                        ? description.at(parameter.get("$ref").asText().substring(1))
                        : parameter;
                if (resolved.get("in").asText().equals("query")) {
                    names.add(resolved.get("name").asText());
                }
            }
        }
        return names;
    }

    private static Resource resource(String path) {
        return Arrays.stream(Resource.values())
                .filter(resource -> resource.templates(Resource.Mount.NATIVE_LISTENER)
                                .contains(path)
                        || resource.templates(Resource.Mount.NATIVE_LISTENER).contains("/api/v1" + path))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> methods(JsonNode path) {
        return path.propertyStream()
                .map(Map.Entry::getKey)
                .filter(METHODS::contains)
                .toList();
    }

    private static JsonNode read() {
        try (InputStream file = BlobApi.class.getResourceAsStream("/openapi/native.yaml")) {
            return new YAMLMapper().readTree(file);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
