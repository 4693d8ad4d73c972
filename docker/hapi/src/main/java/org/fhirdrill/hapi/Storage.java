package org.fhirdrill.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.binary.api.IBinaryStorageSvc;
import ca.uhn.fhir.jpa.binstore.DatabaseBinaryContentStorageSvcImpl;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import jakarta.persistence.EntityManagerFactory;
import org.hl7.fhir.dstu2.model.Subscription.SubscriptionChannelType;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.orm.jpa.JpaProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

import javax.sql.DataSource;

/** How resources are kept: HAPI's storage settings and the persistence unit under them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JpaProperties.class)
class Storage {

	@Bean
	JpaStorageSettings storageSettings(Settings settings) {
		var storage = new JpaStorageSettings();
		storage.setResourceClientIdStrategy(settings.clientIdStrategy());
		storage.setResourceServerIdStrategy(settings.effectiveServerIdStrategy());

		storage.setEnforceReferentialIntegrityOnWrite(settings.enforceReferentialIntegrityOnWrite());
		storage.setEnforceReferentialIntegrityOnDelete(settings.enforceReferentialIntegrityOnDelete());
		storage.setAutoCreatePlaceholderReferenceTargets(settings.autoCreatePlaceholderReferenceTargets());
		storage.setAllowExternalReferences(settings.allowExternalReferences());
		storage.setAllowMultipleDelete(settings.allowMultipleDelete());
		storage.setExpungeEnabled(settings.expungeEnabled());
		storage.setDeleteExpungeEnabled(settings.deleteExpungeEnabled());
		storage.setStoreMetaSourceInformation(settings.storeMetaSourceInformation());
		storage.setMassIngestionMode(settings.massIngestionModeEnabled());

		storage.setAllowContainsSearches(settings.allowContainsSearches());
		storage.setFilterParameterEnabled(settings.filterSearchEnabled());
		storage.setReuseCachedSearchResultsForMillis(settings.reuseCachedSearchResultsMillis());
		storage.setExpireSearchResultsAfterMillis(settings.retainCachedSearchesMins() * 60_000);
		storage.setSearchPreFetchThresholds(settings.searchPrefetchThresholds());
		storage.setFetchSizeDefaultMaximum(settings.maxPageSize());

		storage.setSchedulingDisabled(!settings.daoSchedulingEnabled());
		storage.setPreExpandValueSets(settings.preExpandValueSets());
		storage.setEnableTaskPreExpandValueSets(settings.enableTaskPreExpandValueSets());
		return storage;
	}

	@Bean
	PartitionSettings partitionSettings() {
		return new PartitionSettings();
	}

	@Bean
	SubscriptionSettings subscriptionSettings(Settings settings) {
		var subscriptions = new SubscriptionSettings();
		if (settings.subscription().resthookEnabled()) {
			subscriptions.addSupportedSubscriptionType(SubscriptionChannelType.RESTHOOK);
		}
		return subscriptions;
	}

	/** HAPI wants one even when no subscription can ask for e-mail. */
	@Bean
	IEmailSender emailSender() {
		return details -> {};
	}

	/** Binaries stay in the database: what lies in files is not replicated with it. */
	@Bean
	IBinaryStorageSvc binaryStorage() {
		return new DatabaseBinaryContentStorageSvcImpl();
	}

	@Bean
	LocalContainerEntityManagerFactoryBean entityManagerFactory(
			ConfigurableListableBeanFactory beans,
			FhirContext fhir,
			JpaStorageSettings storage,
			DataSource dataSource,
			JpaProperties jpa) {
		var factory = HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, storage);
		factory.setPersistenceUnitName("HAPI_PU");
		factory.setDataSource(dataSource);
		factory.setJpaPropertyMap(jpa.getProperties());
		return factory;
	}

	@Bean
	JpaTransactionManager transactionManager(EntityManagerFactory factory) {
		return new JpaTransactionManager(factory);
	}
}
