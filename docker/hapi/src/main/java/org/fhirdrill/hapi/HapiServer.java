package org.fhirdrill.hapi;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.elasticsearch.ElasticsearchRestClientAutoConfiguration;
import org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration;
import org.springframework.boot.autoconfigure.quartz.QuartzAutoConfiguration;
import org.springframework.boot.autoconfigure.thymeleaf.ThymeleafAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import javax.sql.DataSource;
import java.sql.Connection;
import java.sql.DatabaseMetaData;

/**
 * HAPI FHIR's JPA server for R4: the parts of the published server that store and serve resources, with the same
 * settings, the same defaults and the same schema, and none of its extras. Like that one, it keeps everything in memory, in
 * H2, unless it is told of a database.
 */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = {
	// HAPI makes its own persistence unit and runs its own schedulers.
	HibernateJpaAutoConfiguration.class,
	QuartzAutoConfiguration.class,
	// On the class path because HAPI can use them, but not used here.
	ElasticsearchRestClientAutoConfiguration.class,
	ThymeleafAutoConfiguration.class,
})
@EnableConfigurationProperties(Settings.class)
@Import({
	JpaR4Config.class,
	HapiJpaConfig.class,
	ThreadPoolFactoryConfig.class,
	JpaBatch2Config.class,
	Batch2JobsConfig.class,
	SubscriptionChannelConfig.class,
	SubscriptionProcessorConfig.class,
	SubscriptionSubmitterConfig.class,
	Storage.class,
	Rest.class,
})
public class HapiServer {

	private static final Logger LOG = LoggerFactory.getLogger(HapiServer.class);

	public static void main(String[] args) {
		SpringApplication.run(HapiServer.class, args);
	}

	/**
	 * Tomcat makes nearly all beans when it starts, and Spring remembers which beans are of a type only once no more
	 * definitions are to come, which it says after that. Said here, half of the time to boot is saved: each of the 146
	 * resource types has a bean of its own that asks for some thirty others by type.
	 */
	@Bean
	static BeanFactoryPostProcessor freezeDefinitions() {
		return ConfigurableListableBeanFactory::freezeConfiguration;
	}

	/** Says which database the server is on, before it says that it is ready. */
	@Bean
	ApplicationRunner reportDatabase(DataSource dataSource) {
		return arguments -> {
			try (Connection connection = dataSource.getConnection()) {
				DatabaseMetaData database = connection.getMetaData();
				// What follows the question mark may hold a password.
				String url = database.getURL().replaceFirst("\\?.*", "");
				LOG.info("Serving {} as {} on {} {}", url, database.getUserName(),
					database.getDatabaseProductName(), database.getDatabaseProductVersion());
			}
		};
	}
}
