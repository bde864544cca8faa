package dev.tegula.config;

import java.util.Locale;

/** Which hosts are this one. */
public final class Loopback {

    private Loopback() {}

    /** Whether the host is this one; an empty name is. */
    public static boolean is(String host) {
        String name = host.toLowerCase(Locale.ROOT).replace("[", "").replace("]", "");
        return name.isEmpty() || name.equals("localhost") || name.equals("::1") || name.matches("127(\\.\\d{1,3}){3}");
    }
}
