package dev.tegula.sample;

import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/**
 * Who may come in: everybody on this host, because a sample has no users; but no page of somebody else's in their browser.
 */
@Configuration(proxyBeanMethods = false)
class Door {

    private static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1");

    /**
     * The pages: a form that changes data carries the token of its session. Spring Security checks it, Thymeleaf writes it into
     * every form with {@code th:action}.
     */
    @Bean
    SecurityFilterChain pages(HttpSecurity http) {
        return http.csrf(Customizer.withDefaults())
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(POLICY))
                        .referrerPolicy(Customizer.withDefaults()))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    /**
     * The API knows no session that somebody else could use. A page elsewhere can send neither PUT, DELETE nor JSON, unless the
     * browser asked us before and we agreed; we agree to nothing.
     */
    @Bean
    @Order(1)
    SecurityFilterChain api(HttpSecurity http) {
        return http.securityMatcher("/api/**", "/actuator/**")
                .csrf(csrf -> csrf.disable())
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    /** A name of somebody else's that they let point to this host is not ours. */
    @Bean
    HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowedHostnames(NAMES::contains);
        return firewall;
    }
}
