package dev.skerry.s3.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.AccessList.Grant;
import dev.skerry.blob.access.Grantee;
import dev.skerry.blob.access.Permission;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Access lists as buckets and objects keep them; where there is none, the owner alone has access. */
public final class AccessListJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String IDENTITY = "identity";
    private static final String GROUP = "group";
    private static final String PERMISSION = "permission";
    private static final String EVERYONE = "everyone";
    private static final String AUTHENTICATED = "authenticated";
    private static final String LOG_DELIVERY = "log-delivery";

    private AccessListJson() {}

    /** As text to keep; null where it says no more than that the owner has full control. */
    public static @Nullable String write(AccessList list, String ownerId) {
        if (list.isOwnerAlone(ownerId)) {
            return null;
        }
        ArrayNode array = JSON.createArrayNode();
        for (Grant grant : list.grants()) {
            ObjectNode entry = array.addObject();
            switch (grant.grantee()) {
                case Grantee.Identity(String canonicalId) -> entry.put(IDENTITY, canonicalId);
                case Grantee.Everyone _ -> entry.put(GROUP, EVERYONE);
                case Grantee.Authenticated _ -> entry.put(GROUP, AUTHENTICATED);
                case Grantee.LogDelivery _ -> entry.put(GROUP, LOG_DELIVERY);
            }
            entry.put(PERMISSION, grant.permission().name());
        }
        return array.toString();
    }

    /**
     * What was kept.
     *
     * @throws StoreException with {@code Corrupt} where it cannot be read
     */
    public static AccessList read(@Nullable String kept, String ownerId) {
        if (kept == null) {
            return AccessList.ofOwner(ownerId);
        }
        try {
            List<Grant> grants = new ArrayList<>();
            for (JsonNode entry : JSON.readTree(kept)) {
                Permission permission =
                        Permission.valueOf(entry.path(PERMISSION).asText());
                grants.add(new Grant(grantee(entry), permission));
            }
            return new AccessList(grants);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new StoreException(new StoreFailure.Corrupt("access list " + kept), e);
        }
    }

    private static Grantee grantee(JsonNode entry) {
        return switch (entry.path(GROUP).asText()) {
            case "" -> new Grantee.Identity(entry.path(IDENTITY).asText());
            case EVERYONE -> new Grantee.Everyone();
            case AUTHENTICATED -> new Grantee.Authenticated();
            case LOG_DELIVERY -> new Grantee.LogDelivery();
            default -> throw new IllegalArgumentException("group: " + entry.path(GROUP));
        };
    }
}
